import type { AlertingRecord } from "../../core/alerting/alerting-record.ts";
import type { Change } from "../../core/store.ts";
import { confirmationKey } from "../escalation/people/confirm-address.ts";
import { shadowKey } from "../shadow/note-shadow.ts";
import type { EngineState } from "./engine-state.ts";

/** Takes over what the store has of what people and pipelines have said. */
export function loadRecords(
  { silences, maintenance, changes, held, judgedBy, watched, overrides, confirmed, shadowNotices }: EngineState,
  records: readonly AlertingRecord[],
): void {
  for (const record of records) {
    if (record.kind === "silence") silences.load(record.silence);
    else if (record.kind === "maintenance") maintenance.load(record.run.id, record.run);
    else if (record.kind === "change") changes.load(record.change.id, record.change);
    else if (record.kind === "held") held.load(record.held.key, record.held);
    else if (record.kind === "override") overrides.load(record.override.id, record.override);
    else if (record.kind === "confirmed") confirmed.load(confirmationKey(record.confirmed), record.confirmed);
    else if (record.kind === "shadow") shadowNotices.load(shadowKey(record.notice), record.notice);
    else if (record.kind === "watched") watched.load("since", record.sinceMs);
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
  watched,
  overrides,
  confirmed,
  shadowNotices,
}: EngineState): Pick<Change, "records" | "removedRecords"> {
  const silenced = silences.takeChanges();
  const runs = maintenance.takeChanges();
  const reported = changes.takeChanges();
  const heldBack = kept.takeChanges();
  const configs = judgedBy.takeChanges();
  const beginnings = watched.takeChanges();
  const excepted = overrides.takeChanges();
  const reached = confirmed.takeChanges();
  const shadowed = shadowNotices.takeChanges();
  return {
    records: [
      ...silenced.changed.map((silence) => ({ key: `silence/${silence.id}`, kind: "silence", silence }) as const),
      ...runs.changed.map((run) => ({ key: `maintenance/${run.id}`, kind: "maintenance", run }) as const),
      ...reported.changed.map((change) => ({ key: `change/${change.id}`, kind: "change", change }) as const),
      ...excepted.changed.map((override) => ({ key: `override/${override.id}`, kind: "override", override }) as const),
      ...reached.changed.map(
        (each) => ({ key: `confirmed/${confirmationKey(each)}`, kind: "confirmed", confirmed: each }) as const,
      ),
      ...shadowed.changed.map((notice) => ({ key: `shadow/${shadowKey(notice)}`, kind: "shadow", notice }) as const),
      ...heldBack.changed.map((held) => ({ key: `held/${held.key}`, kind: "held", held }) as const),
      ...configs.changed.map((fingerprint) => ({ key: "config", kind: "config", fingerprint }) as const),
      ...beginnings.changed.map((sinceMs) => ({ key: "watched", kind: "watched", sinceMs }) as const),
    ],
    removedRecords: [
      ...silenced.removed.map((id) => `silence/${id}`),
      ...runs.removed.map((id) => `maintenance/${id}`),
      ...reported.removed.map((id) => `change/${id}`),
      ...excepted.removed.map((id) => `override/${id}`),
      ...shadowed.removed.map((key) => `shadow/${key}`),
      ...heldBack.removed.map((key) => `held/${key}`),
    ],
  };
}
