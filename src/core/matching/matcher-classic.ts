import type { MatcherText, MatchOperator, Parsed } from "./matcher-text.ts";

const form = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)\s*([\s\S]*?)\s*$/;

/** Reads matchers in Alertmanager's classic grammar. @see https://github.com/prometheus/alertmanager/blob/main/pkg/labels/parse.go */
export function classicMatchers(text: string): Parsed<readonly MatcherText[]> {
  const matchers: MatcherText[] = [];
  for (const token of splitAtCommas(text.replace(/^\{/, "").replace(/\}$/, ""))) {
    const match = form.exec(token);
    if (match === null) return { ok: false, problem: `bad matcher format: ${token}` };
    const value = unescape(match[3] ?? "");
    if (!value.ok) return value;
    matchers.push({ name: match[1] ?? "", operator: match[2] as MatchOperator, value: value.value });
  }
  return { ok: true, value: matchers };
}

function splitAtCommas(text: string): readonly string[] {
  const tokens: string[] = [];
  let token = "";
  let quoted = false;
  let escaped = false;
  for (const character of text) {
    if (character === "," && !quoted) {
      tokens.push(token);
      token = "";
      continue;
    }
    if (character === '"' && !escaped) quoted = !quoted;
    escaped = !escaped && character === "\\";
    token += character;
  }
  if (token.trim() !== "") tokens.push(token);
  return tokens;
}

/** Takes quotes and escapes away; an escape that means nothing stays as it is written. */
function unescape(raw: string): Parsed<string> {
  const quoted = raw.startsWith('"');
  const body = quoted ? raw.slice(1) : raw;
  let closed = !quoted;
  let value = "";
  for (let index = 0; index < body.length; index += 1) {
    const character = body.charAt(index);
    if (character === "\\" && index < body.length - 1) {
      index += 1;
      value += escapeOf(body.charAt(index));
    } else if (character === '"') {
      if (closed || index < body.length - 1) {
        return { ok: false, problem: `matcher value contains unescaped double quote: ${raw}` };
      }
      closed = true;
    } else value += character;
  }
  return closed
    ? { ok: true, value }
    : { ok: false, problem: `matcher value contains unterminated double quote: ${raw}` };
}

function escapeOf(character: string): string {
  if (character === "n") return "\n";
  return character === '"' || character === "\\" ? character : `\\${character}`;
}
