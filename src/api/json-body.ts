import type { Json } from "../core/json.ts";

const deepest = 32;
const mostNodes = 50_000;
const forbiddenKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** A body that was read, or why it was refused. */
export type ParsedBody = Readonly<{ ok: true; value: Json } | { ok: false; message: string }>;

/** Parses a JSON body within bounds; keys that could reach a prototype are refused. */
export function parseJsonBody(text: string): ParsedBody {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return { ok: false, message: "The body is no valid JSON." };
  }
  const message = faultOf(value);
  return message === undefined ? { ok: true, value } : { ok: false, message };
}

// A loop in place of recursion: the depth comes from outside.
function faultOf(root: Json): string | undefined {
  const open: [value: Json, depth: number][] = [[root, 1]];
  let seen = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    seen += 1;
    if (seen > mostNodes) return `The body has more than ${mostNodes} values.`;
    if (value === null || typeof value !== "object") continue;
    if (depth > deepest) return `The body is nested deeper than ${deepest} levels.`;
    for (const [key, member] of Object.entries(value)) {
      if (forbiddenKeys.has(key)) return `The key "${key}" is not allowed.`;
      open.push([member, depth + 1]);
    }
  }
  return undefined;
}
