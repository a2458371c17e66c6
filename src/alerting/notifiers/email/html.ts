import { type Message, type MessageBlock, messageBlocks, type Tone } from "../../../core/message/message.ts";

/** Readable beside both a white and a black page; the word for it stands in the title. */
const colours: Readonly<Record<Tone, string>> = {
  critical: "#e5484d",
  warning: "#e2811c",
  info: "#3b82f6",
  resolved: "#2f9e5f",
  ended: "#62646f",
  test: "#8b8d98",
};

const font = "font:16px/1.5 system-ui,-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei',sans-serif";

/**
 * The message as one HTML page without a script, a picture or a colour of text or page, so that it follows the reader's light or dark
 * mode. Every text is escaped here; links are the message's own, which are http or https.
 */
export function htmlOf(message: Message, locale: "en" | "zh"): string {
  const title = escapeHtml(message.title);
  return [
    `<!doctype html>`,
    `<html lang="${locale === "zh" ? "zh-CN" : "en"}">`,
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">`,
    `<title>${title}</title></head>`,
    `<body style="margin:0;padding:16px;${font}">`,
    `<div style="max-width:640px;border-left:6px solid ${colours[message.tone]};padding-left:12px">`,
    `<h1 style="font-size:20px;line-height:1.3;margin:0 0 8px">${title}</h1>`,
    ...messageBlocks.flatMap((block) => paragraphOf(message, block)),
    ...linksOf(message),
    `</div></body></html>`,
    ``,
  ].join("\n");
}

function paragraphOf(message: Message, wanted: MessageBlock): readonly string[] {
  const lines = message.lines.filter(({ block }) => block === wanted).map(({ text }) => escapeHtml(text));
  return lines.length === 0 ? [] : [`<p style="margin:0 0 8px;overflow-wrap:anywhere">${lines.join("<br>\n")}</p>`];
}

function linksOf({ links }: Message): readonly string[] {
  if (links.length === 0) return [];
  const anchors = links.map(
    ({ text, url }) => `<a href="${escapeHtml(url)}" style="color:inherit">${escapeHtml(text)}</a>`,
  );
  return [`<p style="margin:0">${anchors.join(" · ")}</p>`];
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
