import type { CheckTarget } from "../../core/checks/check.ts";
import type { ProbeKind } from "../../core/checks/probe.ts";
import type { Json } from "../../core/json.ts";
import type { Labels } from "../../core/labels.ts";
import { formatHostPort, parseHostPort } from "../../core/net/host-port.ts";
import type { TargetGroup } from "../../core/ports/target-source.ts";
import { labelNameSchema } from "../../core/schema/name-schema.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { locateTarget } from "../checks/check-targets.ts";
import type { TargetsFrom } from "./targets-from-schema.ts";

const mostLabels = 30;
const longestLabel = 500;
const longestAddress = 2000;
const shownCharacters = 100;

/** What a source's groups come to: targets in a fixed order, and why others are left out. */
export type PlacedTargets = Readonly<{ targets: readonly CheckTarget[]; problems: readonly string[] }>;
type Placing = Pick<TargetsFrom, "address" | "labels" | "limit"> &
  Readonly<{
    /** Options of the check, which a target must not contradict. */
    options: Json;
  }>;

/** Makes targets of a source's groups by the check's templates and its kind's own address; a target that does not fit is left out and named. */
export function placeTargets(kind: ProbeKind, groups: readonly TargetGroup[], placing: Placing): PlacedTargets {
  const problems: string[] = [];
  const byId = new Map<string, CheckTarget>();
  for (const group of groups) {
    for (const address of group.targets) {
      const placed = placeOne(kind, address, group.labels, placing);
      if ("problem" in placed) problems.push(`"${shown(address)}": ${placed.problem}`);
      else if (!byId.has(placed.id)) byId.set(placed.id, placed);
    }
  }
  // Sorted, so that name servers that turn their answers round change nothing.
  const targets = [...byId.values()].sort((a, b) =>
    a.display === b.display ? compare(a.id, b.id) : compare(a.display, b.display),
  );
  if (targets.length > placing.limit) {
    problems.push(`${targets.length - placing.limit} targets above the limit of ${placing.limit} are not watched`);
  }
  return { targets: targets.slice(0, placing.limit), problems };
}

type Placed = CheckTarget | Readonly<{ problem: string }>;

function placeOne(kind: ProbeKind, written: string, given: Labels, { address, labels, options }: Placing): Placed {
  const parts = partsOf(written);
  const values: Readonly<Record<string, string>> = { ...given, ...parts };
  const { text, missing } = fill(address, values);
  if (missing !== undefined) return { problem: `it has no {${missing}}, which the template of the address names` };
  if (text.length > longestAddress) return { problem: `the address is longer than ${longestAddress} characters` };
  const parsed = kind.address.safeParse(text);
  if (!parsed.success) return { problem: shown(parsed.error.issues[0]?.message ?? "the address does not fit") };
  const conflict = kind.conflictOf(options, text);
  if (conflict !== undefined) return { problem: shown(conflict) };
  const own = new Map(Object.entries(given).filter(([name]) => labelNameSchema.safeParse(name).success));
  for (const [name, template] of Object.entries(labels)) {
    const value = fill(template, values).text;
    if (value === "") own.delete(name);
    else own.set(name, value);
  }
  const problem = labelProblem(own);
  return problem === undefined ? { ...locateTarget(kind, text), labels: Object.fromEntries(own) } : { problem };
}

function labelProblem(labels: ReadonlyMap<string, string>): string | undefined {
  if (labels.size > mostLabels) return `it has more than ${mostLabels} labels`;
  for (const [name, value] of labels) {
    if (value.length > longestLabel) return `the label ${name} is longer than ${longestLabel} characters`;
    if (escapeControls(value) !== value) return `the label ${name} holds control characters`;
  }
  return undefined;
}

/** Replaces `{name}`; what is not known becomes nothing, and the first such name is told. */
function fill(
  template: string,
  values: Readonly<Record<string, string>>,
): Readonly<{ text: string; missing?: string }> {
  let missing: string | undefined;
  const text = template.replace(/\{([a-zA-Z_][a-zA-Z0-9_]*)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) missing ??= name;
    return value ?? "";
  });
  return missing === undefined ? { text } : { text, missing };
}

/** `{address}`, `{host}` and `{port}` of what a source lists: a URL, `host:port`, a host, or something else. */
function partsOf(address: string): Readonly<Record<string, string>> {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? URL.parse(address) : null;
  if (url !== null) return { address, host: url.hostname, ...(url.port === "" ? {} : { port: url.port }) };
  const parsed = parseHostPort(address);
  if (parsed === undefined) return { address };
  return {
    address,
    host: formatHostPort({ host: parsed.host }),
    ...(parsed.port === undefined ? {} : { port: String(parsed.port) }),
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function shown(text: string): string {
  return escapeControls(text).slice(0, shownCharacters);
}
