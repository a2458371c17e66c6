import { type Finding, headlineOf } from "../checks/finding.ts";
import type { Reason } from "../checks/reasons.ts";
import { compareSeverity, type Severity } from "../severity.ts";
import { edgeNames, type SeenEdge } from "./edge.ts";
import type { EdgesOptions } from "./edges-options.ts";

const mostNamed = 4;
const detailCharacters = 160;

type Said = Readonly<{ seen: SeenEdge; finding: Finding }>;

/**
 * One finding for each reason: an outage when enough addresses fail, else a flaw that names those that do; the flaws of
 * addresses, each at its gravest; unknown when nothing could be measured.
 */
export function judgeEdges(
  all: readonly SeenEdge[],
  options: Pick<EdgesOptions, "severity" | "down_when">,
): readonly Finding[] {
  const looked = all.filter(({ state }) => state !== "skipped");
  const failed = headlines(looked.filter(({ state }) => state === "failed"));
  const unknown = headlines(looked.filter(({ state }) => state === "unknown"));
  const total = looked.length;
  const measured = total - unknown.length;
  if (measured === 0)
    return byReason(unknown).map((said) => ({ ...outage(said, "unknown"), detail: told(said, total) }));
  return [
    ...failures(failed, measured, total, options),
    ...(unknown.length === 0 ? [] : [partial(unknown, total, "warning", "could not be looked at")]),
    ...flaws(looked, total),
  ];
}

function failures(
  failed: readonly Said[],
  measured: number,
  total: number,
  { severity, down_when: { count, share } }: Pick<EdgesOptions, "severity" | "down_when">,
): readonly Finding[] {
  if (failed.length === 0) return [];
  const isDown =
    failed.length === measured ||
    (count !== undefined && failed.length >= count) ||
    (share !== undefined && failed.length / measured >= share);
  if (isDown) return byReason(failed).map((said) => ({ ...outage(said, "down"), detail: told(said, total) }));
  return [partial(failed, total, severity, "fail")];
}

function outage([first]: readonly Said[], is: "down" | "unknown"): Extract<Finding, { is: "down" | "unknown" }> {
  const finding = first?.finding;
  const phase = finding?.is === "flaw" ? undefined : finding?.phase;
  return { is, reason: finding?.reason ?? "internal", ...(phase && { phase }), detail: "" };
}

function partial(said: readonly Said[], total: number, severity: Severity, what: string): Finding {
  const reasons = said.map(({ seen, finding }) => ({
    seen,
    finding: { ...finding, detail: `${finding.reason}, ${finding.detail}` },
  }));
  return { is: "flaw", severity, reason: "partial", detail: told(reasons, total, ` ${what}`) };
}

function flaws(all: readonly SeenEdge[], total: number): readonly Finding[] {
  const said = all.flatMap((seen) =>
    seen.observation.findings.flatMap((finding): readonly Said[] => (finding.is === "flaw" ? [{ seen, finding }] : [])),
  );
  return byReason(said).map((of): Finding => {
    const severities = of.flatMap(({ finding }) => (finding.is === "flaw" ? finding.severity : []));
    const severity = severities.toSorted(compareSeverity).at(-1) ?? "warning";
    return { is: "flaw", severity, reason: of[0]?.finding.reason ?? "internal", detail: told(of, total) };
  });
}

function headlines(all: readonly SeenEdge[]): readonly Said[] {
  return all.flatMap((seen) => {
    const finding = headlineOf(seen.observation.findings);
    return finding === undefined ? [] : [{ seen, finding }];
  });
}

function byReason(said: readonly Said[]): readonly (readonly Said[])[] {
  return [...Map.groupBy(said, ({ finding }): Reason => finding.reason).values()];
}

/** `2 of 14 addresses fail: 192.0.2.7 (China Telecom 电信), 192.0.2.9: what is wrong`; those of which the same is said stand together. */
function told(said: readonly Said[], total: number, what = ""): string {
  const addresses = new Set(said.map(({ seen }) => seen.edge.address)).size;
  const groups = [...Map.groupBy(said, ({ finding }) => finding.detail)];
  const everyone = total === 1 ? "the address" : `all ${total} addresses`;
  const count = addresses === total ? everyone : `${addresses} of ${total} addresses`;
  const texts = groups
    .slice(0, mostNamed)
    .map(([detail, of]) => `${edgeNames(of.map(({ seen }) => seen.edge))}: ${cut(detail)}`);
  const more = groups.length > mostNamed ? `; and ${groups.length - mostNamed} more` : "";
  return `${count}${what}: ${texts.join("; ")}${more}`;
}

function cut(detail: string): string {
  return detail.length > detailCharacters ? `${detail.slice(0, detailCharacters - 1)}…` : detail;
}
