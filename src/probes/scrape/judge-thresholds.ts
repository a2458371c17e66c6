import type { Finding } from "../../core/checks/finding.ts";
import type { Sample } from "../../core/checks/metric.ts";
import { crossingOf, type Degree, degrees, findingOf } from "../../core/limits.ts";
import type { Threshold } from "./threshold-schema.ts";

const mostFindings = 5;

/** Judges each series by its worst limit; a threshold tells at most five of its series, the worst first. NaN is neither above nor below. */
export function judgeThresholds(
  thresholds: Readonly<Record<string, Threshold>>,
  samples: readonly Sample[],
): readonly Finding[] {
  return Object.entries(thresholds).flatMap(([id, threshold]) =>
    judgeThreshold(threshold.title ?? id, threshold, samples),
  );
}

function judgeThreshold(title: string, threshold: Threshold, samples: readonly Sample[]): readonly Finding[] {
  const judged = samples.filter(({ metric, labels }) =>
    threshold.series.some((selector) => selector.takesName(metric) && selector.takesLabels(labels)),
  );
  if (judged.length === 0) {
    if (threshold.missing === "ignore") return [];
    const wanted = threshold.series.map(({ source }) => source).join(", ");
    return [findingOf(threshold.missing, "threshold", `${title}: there is no series ${wanted}`)];
  }
  const crossings = judged.flatMap((sample) => crossed(sample, threshold) ?? []);
  crossings.sort((a, b) => degrees.indexOf(a.degree) - degrees.indexOf(b.degree));
  const told = crossings.slice(0, mostFindings).map(({ degree, text }, index) => {
    const more = index === mostFindings - 1 ? crossings.length - mostFindings : 0;
    return findingOf(degree, "threshold", `${title}: ${text}${more > 0 ? `, and ${more} more` : ""}`);
  });
  return told;
}

function crossed(sample: Sample, threshold: Threshold): Readonly<{ degree: Degree; text: string }> | undefined {
  const crossing = crossingOf(sample.value, threshold);
  if (crossing === undefined) return undefined;
  const { degree, side, limit } = crossing;
  return { degree, text: `${seriesText(sample)} is ${sample.value}, ${side} ${limit}` };
}

function seriesText({ metric, labels }: Sample): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value.slice(0, 100))}`);
  return pairs.length === 0 ? metric : `${metric}{${pairs.join(",")}}`;
}
