import type { Finding } from "../../core/checks/finding.ts";
import { findingOf } from "../../core/limits.ts";
import { escapeControls } from "../../core/text/printable.ts";
import type { HealthOptions, HealthState } from "./health-schema.ts";
import { type HealthPart, partsOf, stateOf } from "./read-health.ts";

const mostTold = 5;

/** What a health document says. */
export type HealthJudgement = Readonly<{
  findings: readonly Finding[];
  /** Of the whole, where its word is known. */
  state?: HealthState;
  parts: readonly HealthPart[];
}>;

/** Judges a health document: the whole by its word, what is wrong by its parts. */
export function judgeHealth(document: unknown, options: HealthOptions): HealthJudgement {
  const parts = partsOf(document, options.words);
  const counted = parts.filter(({ name }) => !options.ignore.some((ignored) => lies(name, ignored)));
  const selected = options.status.select(document);
  const word = "nodes" in selected ? selected.nodes[0]?.value : undefined;
  const whole = typeof document === "string" || typeof document === "boolean" ? document : word;
  const state = stateOf(whole, options.words);
  if (state === undefined) {
    const finding = isUnsure(whole) ? degradedFinding(options, "status is UNKNOWN") : unreadable(whole, options);
    return { findings: finding === undefined ? [] : [finding], parts: counted };
  }
  const finding = judge(escapeControls(String(whole)).slice(0, 50), state, { parts, counted, options });
  return { findings: finding === undefined ? [] : [finding], state, parts: counted };
}

type Scene = Readonly<{ parts: readonly HealthPart[]; counted: readonly HealthPart[]; options: HealthOptions }>;

function judge(word: string, state: HealthState, { parts, counted, options }: Scene): Finding | undefined {
  const down = deepest(counted, "down");
  const isIgnored = down.length === 0 && deepest(parts, "down").length > 0;
  if (state === "down" && !isIgnored) {
    return {
      is: "down",
      reason: "json",
      phase: "transfer",
      detail: [`status is ${word}`, told(down)].filter((text) => text !== "").join(": "),
    };
  }
  const wrong = [...down, ...deepest(counted, "degraded")];
  if (wrong.length === 0 && state !== "degraded") return undefined;
  return degradedFinding(options, [`status is ${word}`, told(wrong)].filter((text) => text !== "").join(": "));
}

function degradedFinding({ degraded }: HealthOptions, detail: string): Finding | undefined {
  return degraded === "ignore" ? undefined : findingOf(degraded, "json", detail);
}

/** Spring Boot's word of an application that does not know; the HTTP status is a good one. */
function isUnsure(word: unknown): boolean {
  return typeof word === "string" && word.toLowerCase() === "unknown";
}

function unreadable(word: unknown, { status }: HealthOptions): Finding {
  const detail =
    word === undefined
      ? `there is no ${status.source}; this is no health document that the probe knows`
      : `${status.source} is ${escapeControls(JSON.stringify(word).slice(0, 100))}, which says neither up nor down; name the word in health.words`;
  return { is: "down", reason: "json", phase: "transfer", detail };
}

/** Parts in that state without a part below them that is in it too. */
function deepest(parts: readonly HealthPart[], state: HealthState): readonly HealthPart[] {
  const those = parts.filter((part) => part.state === state);
  return those.filter(({ name }) => !those.some((other) => other.name !== name && lies(other.name, name)));
}

function lies(name: string, above: string): boolean {
  return name === above || name.startsWith(`${above}.`);
}

function told(parts: readonly HealthPart[]): string {
  const texts = parts
    .slice(0, mostTold)
    .map(({ name, word, says }) => `${name} is ${word}${says === "" ? "" : ` (${says})`}`);
  const more = parts.length > mostTold ? ` and ${parts.length - mostTold} more` : "";
  return `${texts.join(", ")}${more}`;
}
