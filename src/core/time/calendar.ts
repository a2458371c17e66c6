import type { WallMs } from "./wall-time.ts";

/** Which days people work, where weekdays alone do not say it. Days are the wall time of their beginning. */
export type Calendar = Readonly<{
  id: string;
  /** Beginning of the last day that it knows; later ones are taken by their weekday. */
  knownUntil: WallMs;
  /** Public holidays (false) and days that are worked in their place (true); all others are absent. */
  exceptions: ReadonlyMap<WallMs, boolean>;
}>;
