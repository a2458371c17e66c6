import { z } from "zod";
import { bareHost, displayOf } from "../../core/http/address.ts";
import { defineProbe } from "../../core/probe.ts";
import { websocketMetrics } from "./metrics.ts";
import { optionsSchema } from "./options.ts";
import { runWebsocket } from "./run.ts";

const addressSchema: z.ZodType<string, string> = z.string().transform((text, context) => {
  const problem = problemOf(text);
  if (problem === undefined) {
    const url = new URL(text);
    url.hash = "";
    return url.href;
  }
  context.addIssue({ code: "custom", message: problem });
  return z.NEVER;
});

function problemOf(text: string): string | undefined {
  if (!/^wss?:\/\//i.test(text)) return "this is no address of a WebSocket; write it as wss://host/path";
  if (!URL.canParse(text)) return "the address is no valid URL; write it as wss://host:port/path";
  const { username, password } = new URL(text);
  if (username === "" && password === "") return undefined;
  return "the address holds a user name or password; move them to `auth: { kind: basic, username: …, password: … }`";
}

/** Opens a WebSocket and holds a dialogue over it. @see RFC 6455 */
export const websocket = defineProbe({
  kind: "websocket",
  title: "WebSocket",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 30_000, timeoutMs: 10_000, failureThreshold: 3, retryIntervalMs: 15_000 },
  address: addressSchema,
  display: (address) => displayOf(new URL(address)),
  hostOf: (address) => bareHost(new URL(address).hostname),
  options: optionsSchema,
  metrics: websocketMetrics,
  create: (options, io) => ({
    run: (context) => runWebsocket(options, io, context),
    async close() {},
  }),
});
