import type { AlertingRecord } from "../../core/alerting-record.ts";
import type { Change } from "../../core/store.ts";
import type { EngineState } from "./engine-state.ts";

/** Takes over what the store has of what people and pipelines have said. */
export function loadRecords(
  { silences, maintenance, changes, held, judgedBy }: EngineState,
  records: readonly AlertingRecord[],
): void {
  for (const record of records) {
    if (record.kind === "silence") silences.load(record.silence);
    else if (record.kind === "maintenance") maintenance.load(record.run.id, record.run);
    else if (record.kind === "change") changes.load(record.change.id, record.change);
    else if (record.kind === "held") held.load(record.held.key, record.held);
    else judgedBy.load(record.kind, record.fingerprint);
  }
}

/** Takes what changed of it since the last call. */
export function takeRecords({
  silences,
  maintenance,
  changes,
  held: kept,
  judgedBy,
}: EngineState): Pick<Change, "records" | "removedRecords"> {
  const silenced = silences.takeChanges();
  const runs = maintenance.takeChanges();
  const reported = changes.takeChanges();
  const heldBack = kept.takeChanges();
  const configs = judgedBy.takeChanges();
  return {
    records: [
      ...silenced.changed.map((silence) => ({ key: `silence/${silence.id}`, kind: "silence", silence }) as const),
      ...runs.changed.map((run) => ({ key: `maintenance/${run.id}`, kind: "maintenance", run }) as const),
      ...reported.changed.map((change) => ({ key: `change/${change.id}`, kind: "change", change }) as const),
      ...heldBack.changed.map((held) => ({ key: `held/${held.key}`, kind: "held", held }) as const),
      ...configs.changed.map((fingerprint) => ({ key: "config", kind: "config", fingerprint }) as const),
    ],
    removedRecords: [
      ...silenced.removed.map((id) => `silence/${id}`),
      ...runs.removed.map((id) => `maintenance/${id}`),
      ...reported.removed.map((id) => `change/${id}`),
      ...heldBack.removed.map((key) => `held/${key}`),
    ],
  };
}
