import type { Finding } from "../../core/finding.ts";
import type { Labels } from "../../core/labels.ts";
import { crossingOf, type Degree, degrees, findingOf } from "../../core/limits.ts";
import { type Sample, sample } from "../../core/metric.ts";
import type { DatabaseRows } from "../../core/ports/databases.ts";
import { escapeControls } from "../../core/text/printable.ts";
import type { JudgedQuery } from "./options.ts";
import type { SqlValue } from "./query-schema.ts";

const mostTold = 5;
const longestLabel = 200;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

export type RowsJudged = Readonly<{ findings: readonly Finding[]; samples: readonly Sample[] }>;

/** Makes series of the rows and judges them; a column that should be there and is not says that the query is another. */
export function judgeRows(id: string, query: JudgedQuery, rows: DatabaseRows): RowsJudged {
  const judge = new RowsJudge(id, query, rows);
  const own = [
    sample("probe_sql_query_duration_seconds", rows.tookMs / 1000, { query: id }),
    sample("probe_sql_rows", rows.rows.length, { query: id }),
  ];
  const problem = judge.problem();
  if (problem !== undefined)
    return { findings: [{ is: "unknown", reason: "parse", phase: "dialogue", detail: problem }], samples: own };
  judge.read();
  return { findings: judge.findings(), samples: [...own, ...judge.samples] };
}

type Fault = Readonly<{ degree: Degree; text: string }>;

class RowsJudge {
  readonly samples: Sample[] = [];
  readonly #id: string;
  readonly #query: JudgedQuery;
  readonly #rows: DatabaseRows;
  readonly #values: readonly (readonly [column: string, value: SqlValue])[];
  readonly #seen = new Set<string>();
  readonly #faults = new Map<string, Fault[]>();
  #numbers = 0;
  #noNumber: string | undefined;
  #isDouble = false;

  constructor(id: string, query: JudgedQuery, rows: DatabaseRows) {
    this.#id = id;
    this.#query = query;
    this.#rows = rows;
    const { labels, values, only } = query;
    const first = rows.columns.find((column) => !labels.includes(column));
    this.#values = values === undefined ? (first === undefined ? [] : [[first, only ?? {}]]) : Object.entries(values);
  }

  /** Columns that the query does not give. */
  problem(): string | undefined {
    const { columns, rows } = this.#rows;
    // Without rows some servers tell no columns.
    if (rows.length === 0) return undefined;
    const wanted = [...this.#query.labels, ...this.#values.map(([column]) => column)];
    const missing = wanted.find((column) => !columns.includes(column));
    if (missing !== undefined) return `${this.#id}: the query gives no column ${missing}`;
    return this.#values.length === 0 ? `${this.#id}: the query gives no column beside its labels` : undefined;
  }

  read(): void {
    const { columns, rows } = this.#rows;
    for (const row of rows) {
      const cellOf = (column: string): string | null => row[columns.indexOf(column)] ?? null;
      const labels = this.#labelsOf(cellOf);
      const key = JSON.stringify(labels);
      if (this.#seen.has(key)) this.#isDouble = true;
      else for (const [column, value] of this.#values) this.#take(column, value, { labels, cell: cellOf(column) });
      this.#seen.add(key);
    }
  }

  findings(): readonly Finding[] {
    const { missing } = this.#query;
    const id = this.#id;
    return [
      ...[...this.#faults.values()].flatMap(told),
      ...(this.#noNumber === undefined ? [] : [unusable(`${id}: ${this.#noNumber} is no number`)]),
      ...(this.#numbers === 0 && this.#noNumber === undefined && missing !== "ignore"
        ? [findingOf(missing, "threshold", `${id}: no row holds a number`)]
        : []),
      ...(this.#isDouble ? [unusable(`${id}: several rows have the same labels; the first counts`)] : []),
      ...(this.#rows.isCut ? [cut(`${id}: more than ${this.#rows.rows.length} rows; the rest was not read`)] : []),
    ];
  }

  #labelsOf(cellOf: (column: string) => string | null): Labels {
    return Object.fromEntries(
      this.#query.labels.flatMap((label) => {
        const text = cellOf(label);
        return text === null || text === "" ? [] : [[label, escapeControls(text).slice(0, longestLabel)]];
      }),
    );
  }

  #take(column: string, value: SqlValue, { labels, cell }: Readonly<{ labels: Labels; cell: string | null }>): void {
    if (cell === null) return;
    const number = numberOf(cell);
    if (number === undefined) {
      this.#noNumber ??= `${column} ${JSON.stringify(escapeControls(cell).slice(0, 50))}`;
      return;
    }
    this.#numbers += 1;
    this.samples.push(sample("probe_sql_value", number, { ...labels, query: this.#id, value: column }));
    if (value.metric !== undefined) this.samples.push(sample(value.metric, number, labels));
    const crossing = crossingOf(number, value);
    if (crossing === undefined) return;
    const { degree, side, limit } = crossing;
    const title = value.title ?? (this.#values.length === 1 ? this.#id : `${this.#id} ${column}`);
    const text = `${title}${shownLabels(labels)} is ${number}, ${side} ${limit}`;
    this.#faults.set(column, [...(this.#faults.get(column) ?? []), { degree, text }]);
  }
}

/** The worst first. */
function told(faults: readonly Fault[]): readonly Finding[] {
  const worst = faults.toSorted((a, b) => degrees.indexOf(a.degree) - degrees.indexOf(b.degree)).slice(0, mostTold);
  return worst.map(({ degree, text }, index) => {
    const more = index === mostTold - 1 ? faults.length - mostTold : 0;
    return findingOf(degree, "threshold", `${text}${more > 0 ? `, and ${more} more` : ""}`);
  });
}

function unusable(detail: string): Finding {
  return { is: "flaw", severity: "warning", reason: "content_mismatch", detail };
}

function cut(detail: string): Finding {
  return { is: "flaw", severity: "warning", reason: "partial", detail };
}

function shownLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value.slice(0, 100))}`);
  return pairs.length === 0 ? "" : ` {${pairs.join(",")}}`;
}

/** PostgreSQL writes `t` and `f` for truth. */
function numberOf(cell: string): number | undefined {
  if (cell === "t" || cell === "f") return Number(cell === "t");
  const number = decimal.test(cell.trim()) ? Number(cell) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
