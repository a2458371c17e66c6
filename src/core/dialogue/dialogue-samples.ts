import { gauge, type Metric, type Sample, sample } from "../checks/metric.ts";
import type { Labels } from "../labels.ts";
import type { Dialogue } from "./dialogue.ts";
import type { DialogueOptions } from "./dialogue-schema.ts";

type Steps = Pick<DialogueOptions, "dialogue">;

/** Names and HELP of blackbox_exporter; the labels of `probe_expect_info` are the check's. */
export function dialogueMetrics({ dialogue }: Steps): readonly Metric[] {
  const labels = dialogue.flatMap((step) => Object.keys(step.labels ?? {}));
  return [
    gauge("probe_failed_due_to_regex", "Indicates if probe failed due to regex"),
    gauge("probe_failed_due_to_bytes", "Indicates if probe failed due to bytes"),
    gauge("probe_expect_info", "Explicit content matched", false, labels),
  ];
}

/** Samples of a dialogue over a connection that stood; absent: it was not begun. */
export function dialogueSamples(steps: Steps, dialogue: Dialogue | undefined): readonly Sample[] {
  const isMatched = dialogue !== undefined && Object.keys(dialogue.labels).length > 0;
  return [
    sample("probe_failed_due_to_regex", dialogue?.failedDueToRegex === true ? 1 : 0),
    sample("probe_failed_due_to_bytes", dialogue?.failedDueToBytes === true ? 1 : 0),
    ...(isMatched ? [sample("probe_expect_info", 1, expectLabels(steps, dialogue.labels))] : []),
  ];
}

/** Labels of the sample; each that the check configures is there, an empty one where its step was not reached. */
function expectLabels({ dialogue }: Steps, matched: Labels): Labels {
  const names = dialogue.flatMap(({ labels }) => Object.keys(labels ?? {}));
  return Object.fromEntries(names.map((name) => [name, matched[name] ?? ""]));
}
