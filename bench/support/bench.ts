import type { Sample } from "./statistics.ts";

export type RunOptions = Readonly<{
  /** Fewer and shorter rounds: shows that the bench works, its figures are rough. */
  quick: boolean;
  /** Says what is going on; not part of the result. */
  say(line: string): void;
}>;

/** One line of a bench's result: a measured figure, a value beside its goal, or a remark. */
export type Row =
  | Readonly<{ kind: "figure"; what: string; unit: string; sample: Sample }>
  | Readonly<{ kind: "ratio"; what: string; value: number; atMost?: number }>
  | Readonly<{ kind: "limit"; what: string; unit: string; value: number; atMost: number }>
  | Readonly<{ kind: "remark"; text: string }>;

/** One benchmark; `run` measures and never judges by itself whether a goal is met. */
export type Bench = Readonly<{
  name: string;
  title: string;
  goals: readonly string[];
  run(options: RunOptions): Promise<readonly Row[]>;
}>;

/** A remark that a peer is not there, so that its ratios are left out. */
export function missing(binary: string, debianPackage: string): Row {
  return {
    kind: "remark",
    text: `${binary} is not in PATH, its ratios are left out; install Debian's ${debianPackage}`,
  };
}

/** Ratio of two medians; nothing when one of the two was not measured. */
export function ratio(what: string, ours: Sample | undefined, theirs: Sample | undefined, atMost?: number): Row[] {
  if (ours === undefined || theirs === undefined) return [];
  return [{ kind: "ratio", what, value: ours.median / theirs.median, ...(atMost === undefined ? {} : { atMost }) }];
}
