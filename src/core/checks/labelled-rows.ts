import type { Labels } from "../labels.ts";
import { crossingOf, type Degree, degrees, findingOf, type Limits } from "../limits.ts";
import { escapeControls } from "../text/printable.ts";
import type { Finding } from "./finding.ts";

const mostTold = 5;
const longestLabel = 200;

/** Limits of numbers that have labels, and what it means that there are none. */
export type RowLimits = Readonly<{
  title: string;
  above?: Limits | undefined;
  below?: Limits | undefined;
}>;

/** Judges numbers with labels one by one; tells at most five, the worst first. */
export class LabelledRows {
  readonly #limits: RowLimits;
  readonly #faults: Readonly<{ degree: Degree; text: string }>[] = [];

  constructor(limits: RowLimits) {
    this.#limits = limits;
  }

  take(number: number, labels: Labels): void {
    const crossing = crossingOf(number, this.#limits);
    if (crossing === undefined) return;
    const { degree, side, limit } = crossing;
    const text = `${this.#limits.title}${shownLabels(labels)} is ${number}, ${side} ${limit}`;
    this.#faults.push({ degree, text });
  }

  findings(): readonly Finding[] {
    const worst = this.#faults
      .toSorted((a, b) => degrees.indexOf(a.degree) - degrees.indexOf(b.degree))
      .slice(0, mostTold);
    const more = this.#faults.length - mostTold;
    return worst.map(({ degree, text }, index) =>
      findingOf(degree, "threshold", `${text}${index === mostTold - 1 && more > 0 ? `, and ${more} more` : ""}`),
    );
  }
}

/** What becomes of a set of rows as a whole. */
export type RowsEnd = Readonly<{
  id: string;
  /** There was no number at all, and what that means. */
  missing: Degree | "ignore" | undefined;
  /** Rows that were kept where there were more. */
  cutAfter: number | undefined;
}>;

/** Keeps which rows cannot become series: they are told together, once each. */
export class RowBook {
  readonly #seen = new Set<string>();
  #isDouble = false;
  #noNumber: string | undefined;

  /** False for labels that a row before has had. */
  isFirst(labels: Labels): boolean {
    const key = JSON.stringify(labels);
    const isFirst = !this.#seen.has(key);
    this.#seen.add(key);
    this.#isDouble ||= !isFirst;
    return isFirst;
  }

  /** Notes a cell that is no number; the first is told. */
  noNumber(shown: string): void {
    this.#noNumber ??= shown;
  }

  findings({ id, missing, cutAfter }: RowsEnd): readonly Finding[] {
    const flaw = (reason: "content_mismatch" | "partial", detail: string): Finding => ({
      is: "flaw",
      severity: "warning",
      reason,
      detail: `${id}: ${detail}`,
    });
    const noNumber = this.#noNumber;
    return [
      ...(noNumber === undefined ? [] : [flaw("content_mismatch", `${noNumber} is no number`)]),
      ...(missing === undefined || missing === "ignore" || noNumber !== undefined
        ? []
        : [findingOf(missing, "threshold", `${id}: no row holds a number`)]),
      ...(this.#isDouble ? [flaw("content_mismatch", "several rows have the same labels; the first counts")] : []),
      ...(cutAfter === undefined ? [] : [flaw("partial", `more than ${cutAfter} rows; the rest was not read`)]),
    ];
  }
}

/** A foreign text as the value of a label; undefined where it would be none. */
export function labelValue(text: string | null): string | undefined {
  return text === null || text === "" ? undefined : escapeControls(text).slice(0, longestLabel);
}

function shownLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value.slice(0, 100))}`);
  return pairs.length === 0 ? "" : ` {${pairs.join(",")}}`;
}
