import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type InboxMessage, renderInbox, textOf } from "./inbox-page.ts";
import { listenOnLoopback, stopListening } from "./listening.ts";

const mostMessages = 100;
const bodyLimitBytes = 256 * 1024;
const channelForm = /^\/slack\/([\w.-]{1,80})$/;

export type Inbox = Readonly<{
  url: string;
  /** Messages as they arrived, oldest first; the last hundred. */
  messages(): readonly InboxMessage[];
  close(): Promise<void>;
}>;

/** Starts a page on loopback that takes what is sent to `/slack/<channel>` or `/webhook` and shows it. @throws {Error} EADDRINUSE when the port is taken. */
export async function startInbox({ port }: Readonly<{ port: number }>): Promise<Inbox> {
  const messages: InboxMessage[] = [];
  const server = createServer((request, response) => {
    void answer(request, response, messages);
  });
  const actualPort = await listenOnLoopback(server, port);
  return {
    url: `http://127.0.0.1:${actualPort}`,
    messages: () => messages,
    close: () => stopListening(server),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, messages: InboxMessage[]): Promise<void> {
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  if (request.method === "GET" && path === "/") {
    response.setHeader("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'");
    return reply(response, 200, "text/html; charset=utf-8", renderInbox(messages));
  }
  const channel = path === "/webhook" ? "webhook" : channelForm.exec(path)?.[1];
  if (request.method !== "POST" || channel === undefined) return reply(response, 404, "text/plain", "no_service");
  const body = await bodyOf(request);
  if (body === undefined) return reply(response, 413, "text/plain", "too_large");
  const text = parsed(body);
  if (text === undefined) return reply(response, 400, "text/plain", "invalid_payload");
  messages.push({ atMs: Date.now(), channel, text });
  messages.splice(0, Math.max(0, messages.length - mostMessages));
  return reply(response, 200, "text/plain", "ok");
}

function reply(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= bodyLimitBytes) chunks.push(chunk);
  }
  return sizeBytes > bodyLimitBytes ? undefined : Buffer.concat(chunks).toString("utf8");
}

function parsed(body: string): string | undefined {
  try {
    return textOf(JSON.parse(body));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
