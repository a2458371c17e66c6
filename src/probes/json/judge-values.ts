import type { Finding } from "../../core/checks/finding.ts";
import type { JsonNode } from "../../core/jsonpath/json-node.ts";
import { crossingOf, type Degree, degrees, findingOf } from "../../core/limits.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { formatDuration } from "../../core/time/duration.ts";
import { momentOf, numberOf, shownJson } from "./read-value.ts";
import type { WantedValue } from "./value-schema.ts";

const mostTold = 5;

/** What the wanted values are. */
export type ValueJudgement = Readonly<{
  findings: readonly Finding[];
  /** The number of each value that is one number. */
  numbers: ReadonlyMap<string, number>;
}>;

/** Judges the values that the document must hold; each tells at most five of what its path leads to, the worst first. */
export function judgeValues(
  document: unknown,
  values: Readonly<Record<string, WantedValue>>,
  nowMs: number,
): ValueJudgement {
  const numbers = new Map<string, number>();
  const findings = Object.entries(values).flatMap(([id, wanted]) => {
    const judged = new ValueJudge(id, wanted, nowMs);
    const found = judged.judge(document);
    if (judged.number !== undefined) numbers.set(id, judged.number);
    return found;
  });
  return { findings, numbers };
}

type Fault = Readonly<{ degree: Degree; reason: "json" | "threshold" | "too_old"; text: string }>;
type Taken = Readonly<{ name: string; value: unknown }>;

class ValueJudge {
  number: number | undefined;
  readonly #title: string;
  readonly #wanted: WantedValue;
  readonly #nowMs: number;

  constructor(id: string, wanted: WantedValue, nowMs: number) {
    this.#title = wanted.title ?? id;
    this.#wanted = wanted;
    this.#nowMs = nowMs;
  }

  judge(document: unknown): readonly Finding[] {
    const { path, absent, missing, otherwise } = this.#wanted;
    const selected = path.select(document);
    if ("problem" in selected)
      return [{ is: "unknown", reason: "parse", detail: `${this.#title}: ${selected.problem}` }];
    const { nodes } = selected;
    if (absent)
      return this.#told(nodes.map((node) => fault(otherwise, `${named(node)} is there: ${shownJson(node.value)}`)));
    const taken = this.#taken(nodes);
    if ("degree" in taken) return this.#told([taken]);
    const [only] = taken;
    if (only === undefined)
      return missing === "ignore" ? [] : this.#told([fault(missing, `there is no ${path.source}`)]);
    if (path.isSingular || this.#wanted.take !== "each") this.number = numberOf(only.value);
    return this.#told(taken.flatMap((each) => this.#faultOf(each) ?? []));
  }

  #taken(nodes: readonly JsonNode[]): readonly Taken[] | Fault {
    const { take, path, otherwise } = this.#wanted;
    if (take === "each") return nodes.map((node) => ({ name: named(node), value: node.value }));
    const name = `the ${take} of ${path.source}`;
    if (take === "count") return [{ name, value: nodes.length }];
    const numbers: number[] = [];
    for (const node of nodes) {
      const number = numberOf(node.value);
      if (number === undefined)
        return fault(otherwise, `${named(node)} is ${shownJson(node.value)}, expected a number`);
      numbers.push(number);
    }
    return numbers.length === 0 ? [] : [{ name, value: numbers.reduce((one, other) => joined(take, one, other)) }];
  }

  #faultOf(taken: Taken): Fault | undefined {
    return this.#otherValue(taken) ?? this.#crossedLimit(taken) ?? this.#tooOld(taken);
  }

  #otherValue({ name, value }: Taken): Fault | undefined {
    const { equals, one_of: others, matches, not_matches: refused, otherwise } = this.#wanted;
    const is = (rest: string): Fault => fault(otherwise, `${name} is ${shownJson(value)}, ${rest}`);
    if (equals !== undefined && value !== equals) return is(`expected ${shownJson(equals)}`);
    if (others !== undefined && !others.some((other) => other === value)) {
      return is(`expected one of ${others.map(shownJson).join(", ").slice(0, 200)}`);
    }
    if (matches === undefined && refused === undefined) return undefined;
    if (typeof value !== "string") return is("expected a text");
    if (matches !== undefined && !matches.test(value)) return is(`which does not match ${matches.source}`);
    return refused !== undefined && refused.test(value) ? is(`which matches ${refused.source}`) : undefined;
  }

  #crossedLimit({ name, value }: Taken): Fault | undefined {
    const { above, below, otherwise } = this.#wanted;
    if (above === undefined && below === undefined) return undefined;
    const number = numberOf(value);
    if (number === undefined) return fault(otherwise, `${name} is ${shownJson(value)}, expected a number`);
    const crossing = crossingOf(number, { above, below });
    if (crossing === undefined) return undefined;
    const { degree, side, limit } = crossing;
    return { degree, reason: "threshold", text: `${name} is ${number}, ${side} ${limit}` };
  }

  #tooOld({ name, value }: Taken): Fault | undefined {
    const { older_than: ages, otherwise } = this.#wanted;
    if (ages === undefined) return undefined;
    const atMs = momentOf(value);
    if (atMs === undefined) return fault(otherwise, `${name} is ${shownJson(value)}, expected a moment`);
    const ageMs = this.#nowMs - atMs;
    const crossing = crossingOf(ageMs, { above: ages });
    if (crossing === undefined) return undefined;
    const { degree, limit } = crossing;
    const age = formatDuration(Math.floor(ageMs / 1000) * 1000);
    return {
      degree,
      reason: "too_old",
      text: `${name} is ${shownJson(value)}, ${age} ago, more than ${formatDuration(limit)}`,
    };
  }

  #told(faults: readonly Fault[]): readonly Finding[] {
    const sorted = faults.toSorted((a, b) => degrees.indexOf(a.degree) - degrees.indexOf(b.degree));
    return sorted.slice(0, mostTold).map(({ degree, reason, text }, index) => {
      const more = index === mostTold - 1 ? sorted.length - mostTold : 0;
      return findingOf(degree, reason, `${this.#title}: ${text}${more > 0 ? `, and ${more} more` : ""}`);
    });
  }
}

function fault(degree: Degree, text: string): Fault {
  return { degree, reason: "json", text };
}

function joined(take: "sum" | "min" | "max", one: number, other: number): number {
  if (take === "sum") return one + other;
  return take === "min" ? Math.min(one, other) : Math.max(one, other);
}

function named(node: JsonNode): string {
  return escapeControls(node.path.slice(0, 200));
}
