/** What the values of a rule are; people read `5 %` and `1.9 GiB`, not 0.05 and 2040109466. */
export type ValueForm = Readonly<{
  /** `percent` of a share from 0 to 1, `bytes`, `seconds`, or any other word, written after the number; bare numbers where absent. */
  unit?: string;
  /** So much in a span of this length. */
  perMs?: number;
  /** Seconds until something happens. */
  isAhead?: true;
}>;

const suffix = /_(bytes|seconds|ratio)(?:_sum|_total)?$/;

/** The unit that the name of a metric ends in, by Prometheus' custom; undefined where it names none. */
export function unitOfMetric(name: string): string | undefined {
  const unit = suffix.exec(name)?.[1];
  return unit === "ratio" ? "percent" : unit;
}
