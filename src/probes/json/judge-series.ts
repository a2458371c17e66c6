import type { Finding } from "../../core/checks/finding.ts";
import { LabelledRows, labelValue, RowBook } from "../../core/checks/labelled-rows.ts";
import { type Sample, sample } from "../../core/checks/metric.ts";
import type { JsonNode } from "../../core/jsonpath/json-node.ts";
import type { JsonPath } from "../../core/jsonpath/json-path.ts";
import type { Labels } from "../../core/labels.ts";
import { numberOf, shownJson } from "./read-value.ts";
import type { WantedSeries } from "./series-schema.ts";

export type SeriesJudgement = Readonly<{ findings: readonly Finding[]; samples: readonly Sample[] }>;

/** Makes series of the elements of a document, at most `most` of each, and judges them. */
export function judgeSeries(
  document: unknown,
  series: Readonly<Record<string, WantedSeries>>,
  most: number,
): SeriesJudgement {
  const judged = Object.entries(series).map(([id, wanted]) => judgeOne(id, wanted, { document, most }));
  return {
    findings: judged.flatMap(({ findings }) => findings),
    samples: judged.flatMap(({ samples }) => samples),
  };
}

function judgeOne(
  id: string,
  wanted: WantedSeries,
  { document, most }: Readonly<{ document: unknown; most: number }>,
): SeriesJudgement {
  const selected = wanted.each.select(document);
  if ("problem" in selected)
    return { findings: [{ is: "unknown", reason: "parse", detail: `${id}: ${selected.problem}` }], samples: [] };
  const samples: Sample[] = [];
  const rows = new LabelledRows({ ...wanted, title: wanted.title ?? id });
  const book = new RowBook();
  for (const node of selected.nodes.slice(0, most)) {
    const value = wanted.value === undefined ? node.value : firstAt(wanted.value, node);
    const labels = labelsOf(wanted, node);
    const number = numberOf(value);
    if (!book.isFirst(labels)) continue;
    if (number !== undefined) {
      samples.push(sample("probe_json_series", number, { ...labels, series: id }));
      if (wanted.metric !== undefined) samples.push(sample(wanted.metric, number, labels));
      rows.take(number, labels);
    } else if (value !== undefined && value !== null) book.noNumber(shownJson(value).slice(0, 60));
  }
  const missing = samples.length === 0 ? wanted.missing : undefined;
  const cutAfter = selected.nodes.length > most ? most : undefined;
  return { findings: [...rows.findings(), ...book.findings({ id, missing, cutAfter })], samples };
}

function labelsOf({ labels, key_label: keyLabel }: WantedSeries, node: JsonNode): Labels {
  const texts: readonly (readonly [string, unknown])[] = [
    ...Object.entries(labels).map(([name, path]) => [name, firstAt(path, node)] as const),
    ...(keyLabel === undefined ? [] : [[keyLabel, node.key] as const]),
  ];
  return Object.fromEntries(
    texts.flatMap(([name, value]) => {
      const isText = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
      const text = isText ? labelValue(String(value)) : undefined;
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

/** What a path leads to first in an element; a path that asks too much of it leads nowhere. */
function firstAt(path: JsonPath, node: JsonNode): unknown {
  const selected = path.select(node.value);
  return "nodes" in selected ? selected.nodes[0]?.value : undefined;
}
