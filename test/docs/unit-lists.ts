import { join, relative } from "node:path";
import { notifierKinds } from "../../src/alerting/notifiers/index.ts";
import { ruleKinds } from "../../src/alerting/rules/index.ts";
import { probeKinds } from "../../src/probes/index.ts";
import { markdownTable } from "../support/samples/markdown-table.ts";

type Unit = Readonly<{ kind: string }>;

/** What there is, for the README: probes, notifiers and kinds of rules with links to their own READMEs. */
export function unitTable(): string {
  const list = (folder: string, kinds: readonly Unit[]): string =>
    kinds.map(({ kind }) => linkTo("README.md", folder, kind)).join(", ");
  return markdownTable(
    ["unit", "kinds"],
    [
      ["probes", list("src/probes", probeKinds)],
      ["rules", list("src/alerting/rules", ruleKinds)],
      ["notifiers", list("src/alerting/notifiers", notifierKinds)],
    ],
  );
}

/** The notifiers by kind and title, for a document. */
export function notifierTable(document: string): string {
  const rows = notifierKinds.map(({ kind, title }) => [linkTo(document, "src/alerting/notifiers", kind), title]);
  return markdownTable(["kind", "tells"], rows);
}

function linkTo(document: string, folder: string, kind: string): string {
  return `[\`${kind}\`](${relative(join(document, ".."), join(folder, kind, "README.md"))})`;
}
