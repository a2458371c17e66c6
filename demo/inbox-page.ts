/** A message as the inbox got it. */
export type InboxMessage = Readonly<{ atMs: number; channel: string; text: string }>;

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1c2024;background:#fff}
article{border-left:4px solid #667;padding:.2rem .9rem;margin:1rem 0;background:#f4f5f7}
p{margin:.3rem 0;white-space:pre-wrap;overflow-wrap:anywhere}header{color:#4a5058;font-size:.85rem}
@media(prefers-color-scheme:dark){body{color:#e8eaed;background:#16181b}article{background:#212429}header{color:#b4bac2}}`;

/** What a chat would have shown, newest first; every text is escaped and nothing in it is a link. */
export function renderInbox(messages: readonly InboxMessage[]): string {
  const articles = messages.toReversed().map(({ atMs, channel, text }) => {
    const time = new Date(atMs).toTimeString().slice(0, 8);
    return `<article><header>${time} · ${escapeHtml(channel)}</header><p>${escapeHtml(text)}</p></article>`;
  });
  const content = articles.length === 0 ? "<p>Nothing has arrived yet. 暂无消息。</p>" : articles.join("\n");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="3">
<meta name="viewport" content="width=device-width"><title>Inbox (${messages.length})</title><style>${style}</style></head>
<body><main><h1>What a chat would have got</h1>
${content}
</main></body></html>
`;
}

/** The text of a Slack message or of Alertmanager's payload; other JSON is shown as it is. */
export function textOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if ("blocks" in value || "text" in value) return slackText(value);
  if ("alerts" in value && Array.isArray(value.alerts))
    return payloadText(value.alerts, "status" in value ? value.status : "");
  return JSON.stringify(value, undefined, 2);
}

function slackText(value: object): string {
  const blocks = "blocks" in value && Array.isArray(value.blocks) ? value.blocks : [];
  const texts = blocks.flatMap(textsWithin);
  const text = texts.length > 0 ? texts.join("\n") : "text" in value ? String(value.text) : "";
  const shown = text.replace(/<(https?:[^|>]*)\|([^>]*)>/g, "$2: $1");
  return shown.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Every `text` string below a block, in order. */
function textsWithin(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(textsWithin);
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "text" && typeof inner === "string" ? [inner] : textsWithin(inner),
  );
}

function payloadText(alerts: readonly unknown[], status: unknown): string {
  const names = alerts.map((alert) => {
    const labels = typeof alert === "object" && alert !== null && "labels" in alert ? alert.labels : {};
    return JSON.stringify(labels);
  });
  return [`${String(status)} (${alerts.length})`, ...names].join("\n");
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
