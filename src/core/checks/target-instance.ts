import type { CheckTarget } from "./check.ts";

/** Displays that several targets of a check have, since they differ only in what `display` leaves out, such as the query; equal labels would be one series twice. */
export function sharedDisplays(targets: readonly CheckTarget[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { display } of targets) (seen.has(display) ? shared : seen).add(display);
  return shared;
}

/** The label `instance` of a target's series: what it is called, with the beginning of its id where others are called the same. */
export function instanceOf({ display, id }: Pick<CheckTarget, "display" | "id">, isShared: boolean): string {
  return isShared ? `${display}#${id.slice(0, 8)}` : display;
}

/** The address of a check that waits for whoever sends; it says nothing to people. */
export const anySender = "sender";
