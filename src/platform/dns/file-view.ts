import { readFileSync, statSync } from "node:fs";
import type { Clock } from "../../core/ports/clock.ts";

const checkEveryMs = 5000;

/**
 * Gives what `parse` makes of a file, read again when the file changed; looked at no more than every 5 s.
 * Reads are synchronous on purpose: a pool blocked by a dead mount must not stop name resolution.
 */
export function viewFile<T>(path: string, clock: Clock, parse: (text: string | undefined) => T): () => T {
  let stamp = "";
  let checkedMs = Number.NEGATIVE_INFINITY;
  let view = parse(undefined);
  return () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - checkedMs < checkEveryMs) return view;
    checkedMs = nowMs;
    const found = stampOf(path);
    if (found === stamp) return view;
    stamp = found;
    view = parse(textOf(path));
    return view;
  };
}

function stampOf(path: string): string {
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts === undefined ? "" : `${facts.ino} ${facts.mtimeMs} ${facts.size}`;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
