import { nearestName } from "../nearest-name.ts";

const mostCompared = 2000;
const mostListed = 20;

/** `unknown key "intervall"; did you mean "interval"?` */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const nearest = nearestOf(name, known);
  return `unknown ${what} "${name}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`;
}

/** Like `unknownName`, and lists what is known when nothing is near. */
export function unknownOf(what: string, name: string, known: readonly string[]): string {
  const text = unknownName(what, name, known);
  if (nearestOf(name, known) !== undefined) return text;
  if (known.length === 0) return `${text}; there is none`;
  const listed = [...known].sort().slice(0, mostListed).join(", ");
  return `${text}; known are ${listed}${known.length > mostListed ? " …" : ""}`;
}

/** A key that a block does not have; a block with few keys names them all. */
export function unknownKey(key: string, known: readonly string[]): string {
  return known.length > mostListed ? unknownName("key", key, known) : unknownOf("key", key, known);
}

// Ten thousand checks that each name one of ten thousand services wrongly must still be told in seconds.
function nearestOf(name: string, known: readonly string[]): string | undefined {
  return known.length > mostCompared ? undefined : nearestName(name, known);
}
