import type { Finding } from "../../core/checks/finding.ts";
import { LabelledRows, labelValue, RowBook } from "../../core/checks/labelled-rows.ts";
import { type Sample, sample } from "../../core/checks/metric.ts";
import type { Labels } from "../../core/labels.ts";
import type { DatabaseRows } from "../../core/ports/databases.ts";
import { escapeControls } from "../../core/text/printable.ts";
import type { JudgedQuery } from "./options.ts";
import type { SqlValue } from "./query-schema.ts";

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

type JudgedColumn = readonly [column: string, value: SqlValue, judged: LabelledRows];

class RowsJudge {
  readonly samples: Sample[] = [];
  readonly #id: string;
  readonly #query: JudgedQuery;
  readonly #rows: DatabaseRows;
  readonly #values: readonly JudgedColumn[];
  readonly #book = new RowBook();

  constructor(id: string, query: JudgedQuery, rows: DatabaseRows) {
    this.#id = id;
    this.#query = query;
    this.#rows = rows;
    const { labels, values, only } = query;
    const first = rows.columns.find((column) => !labels.includes(column));
    const wanted = values ?? (first === undefined ? {} : { [first]: only ?? {} });
    const isOne = Object.keys(wanted).length === 1;
    this.#values = Object.entries(wanted).map(([column, value]) => {
      const title = value.title ?? (isOne ? id : `${id} ${column}`);
      return [column, value, new LabelledRows({ ...value, title })];
    });
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
      if (this.#book.isFirst(labels)) for (const value of this.#values) this.#take(value, labels, cellOf(value[0]));
    }
  }

  findings(): readonly Finding[] {
    const { isCut, rows } = this.#rows;
    return [
      ...this.#values.flatMap(([, , judged]) => judged.findings()),
      ...this.#book.findings({
        id: this.#id,
        missing: this.samples.length === 0 ? this.#query.missing : undefined,
        cutAfter: isCut ? rows.length : undefined,
      }),
    ];
  }

  #labelsOf(cellOf: (column: string) => string | null): Labels {
    return Object.fromEntries(
      this.#query.labels.flatMap((label) => {
        const text = labelValue(cellOf(label));
        return text === undefined ? [] : [[label, text]];
      }),
    );
  }

  #take([column, { metric }, judged]: JudgedColumn, labels: Labels, cell: string | null): void {
    if (cell === null) return;
    const number = numberOf(cell);
    if (number === undefined) {
      this.#book.noNumber(`${column} ${JSON.stringify(escapeControls(cell).slice(0, 50))}`);
      return;
    }
    this.samples.push(sample("probe_sql_value", number, { ...labels, query: this.#id, value: column }));
    if (metric !== undefined) this.samples.push(sample(metric, number, labels));
    judged.take(number, labels);
  }
}

/** PostgreSQL writes `t` and `f` for truth. */
function numberOf(cell: string): number | undefined {
  if (cell === "t" || cell === "f") return Number(cell === "t");
  const number = decimal.test(cell.trim()) ? Number(cell) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
