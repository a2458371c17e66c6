/** Markup that is safe to send: made by `html` alone, where every value was escaped on its way in. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Insertable = Markup | string | number | undefined | readonly Insertable[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
  "=": "&#61;",
};

/** Escapes text so that it is inert between tags and in quoted attributes alike; controls and marks that turn the direction of what follows become U+FFFD. */
export function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"'`=]/g, (character) => entities[character] ?? "")
    .replace(/[^\P{Cc}\t\n\r]|[\u202A-\u202E\u2066-\u2069]/gu, "\ufffd");
}

/** Returns a URL that may stand in a link, or undefined when its scheme could run something or leads nowhere. */
export function linkableUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return ["http:", "https:", "mailto:"].includes(url.protocol) && url.username === "" ? url.href : undefined;
}

/** Puts values into markup: each is escaped unless it is markup already; undefined leaves nothing, lists stand one after another. */
export function html(parts: TemplateStringsArray, ...values: readonly Insertable[]): Markup {
  let text = parts[0] ?? "";
  for (const [index, value] of values.entries()) text += insertable(value) + (parts[index + 1] ?? "");
  return new Markup(text);
}

function insertable(value: Insertable): string {
  if (value === undefined) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(insertable).join("");
  return escapeText(String(value));
}
