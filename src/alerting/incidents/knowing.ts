/**
 * What one destination knows of one alert, by those of its readers that believe it to fire: all whom its receiver reaches, the person
 * alone (a group has told the others the end), or nobody (they were never told, or have heard that it is over). Whose telephone has
 * rung for an alert is rung for its end, where it tells ends.
 *
 * | knows        | a step rings | told quietly | a group tells its receiver the end | everybody heard the end, or it left |
 * |--------------|--------------|--------------|------------------------------------|-------------------------------------|
 * | nothing      | rung         | told         | nothing                            | nothing                             |
 * | told         | rung         | told         | told alone                         | nothing                             |
 * | rung         | rung         | rung         | rung alone                         | nothing                             |
 * | told alone   | rung         | told         | told alone                         | nothing                             |
 * | rung alone   | rung         | rung         | rung alone                         | nothing                             |
 *
 * For a destination without a person of its own the end that a group tells is the end for everybody.
 */
export type Knowing = "nothing" | "told" | "rung" | "told alone" | "rung alone";

/** Told that it fires by something that may ring. */
export function ringing(): Knowing {
  return "rung";
}

/** Told that it fires by what does not ring. */
export function tellingQuietly(before: Knowing): Knowing {
  return hasRung(before) ? "rung" : "told";
}

/** A group tells all who look into the receiver that it is over, but not the person. */
export function endingForOthers(before: Knowing): Knowing {
  if (before === "nothing") return before;
  return hasRung(before) ? "rung alone" : "told alone";
}

/** It is over for everybody, or belongs to another incident. */
export function ending(): Knowing {
  return "nothing";
}

/** Told of the same alert in two incidents: whoever believes one of them believes that it fires. */
export function together(one: Knowing, other: Knowing): Knowing {
  if (one === "nothing" || one === other) return other;
  if (other === "nothing") return one;
  const isRung = hasRung(one) || hasRung(other);
  if (isForAll(one) || isForAll(other)) return isRung ? "rung" : "told";
  return isRung ? "rung alone" : "told alone";
}

/** True where a telephone has rung for it. */
export function hasRung(knowing: Knowing): boolean {
  return knowing === "rung" || knowing === "rung alone";
}

/** True where all whom the receiver reaches believe that it fires. */
export function isForAll(knowing: Knowing): boolean {
  return knowing === "rung" || knowing === "told";
}
