import type { Finding } from "../../core/finding.ts";
import type { Sample } from "../../core/metric.ts";
import type { Limits, Threshold } from "./threshold-schema.ts";

type Degree = "warning" | "critical" | "down";
const degrees: readonly Degree[] = ["down", "critical", "warning"];
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
    return [findingOf(threshold.missing, `${title}: there is no series ${wanted}`)];
  }
  const crossed = judged.flatMap((sample) => crossingOf(sample, threshold) ?? []);
  crossed.sort((a, b) => degrees.indexOf(a.degree) - degrees.indexOf(b.degree));
  const told = crossed.slice(0, mostFindings).map(({ degree, text }, index) => {
    const more = index === mostFindings - 1 ? crossed.length - mostFindings : 0;
    return findingOf(degree, `${title}: ${text}${more > 0 ? `, and ${more} more` : ""}`);
  });
  return told;
}

function crossingOf(
  sample: Sample,
  { above, below }: Threshold,
): Readonly<{ degree: Degree; text: string }> | undefined {
  for (const degree of degrees) {
    for (const [side, limits] of [["above", above] as const, ["below", below] as const]) {
      const limit = limitOf(limits, degree);
      if (limit === undefined || !(side === "above" ? sample.value > limit : sample.value < limit)) continue;
      return { degree, text: `${seriesText(sample)} is ${sample.value}, ${side} ${limit}` };
    }
  }
  return undefined;
}

function limitOf(limits: Limits | undefined, degree: Degree): number | undefined {
  return limits?.[degree];
}

function seriesText({ metric, labels }: Sample): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value.slice(0, 100))}`);
  return pairs.length === 0 ? metric : `${metric}{${pairs.join(",")}}`;
}

function findingOf(degree: Degree, detail: string): Finding {
  return degree === "down"
    ? { is: "down", reason: "threshold", detail }
    : { is: "flaw", severity: degree, reason: "threshold", detail };
}
