import { z } from "zod";
import { requestOptions } from "../../core/http/request-options.ts";
import { patternSchema } from "../../core/matching/pattern.ts";
import { slowerThanSchema } from "../../core/matching/slower-than.ts";
import { hexSchema } from "../../core/schema/hex-schema.ts";
import { secretSchema } from "../../core/schema/secret-schema.ts";
import { expirySchema } from "../../core/tls/expiry.ts";

const mostSteps = 50;

const closeCode = z.int().min(1000).max(4999);

const stepSchema = z
  .strictObject({
    expect: patternSchema.optional().describe("Read messages until the text of one matches this RE2 pattern."),
    expect_next: patternSchema.optional().describe("The text of the very next message matches this RE2 pattern."),
    expect_hex: hexSchema.optional().describe("The very next message is exactly these bytes, in hexadecimal digits."),
    expect_close: closeCode.optional().describe("Read until the server closes; it does with this code."),
    send: z.string().max(65_536).optional().describe("A text to send as one message."),
    send_secret: secretSchema.optional().describe("As `send`, for a password or token: it is never shown."),
    send_hex: hexSchema.optional().describe("Bytes to send as one binary message, in hexadecimal digits."),
    ping: z.boolean().default(false).describe("Send a ping and read until its pong comes."),
    close: closeCode.optional().describe("Close with this code and wait until the server has closed, too."),
  })
  .refine((step) => acts(step) === 1, "a step does one thing: write two steps for two");

/** Options of a websocket check. */
export const optionsSchema = z.strictObject({
  subprotocols: z
    .array(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, "a subprotocol is a token without spaces"))
    .max(20)
    .default([])
    .describe("Subprotocols to offer; the server must choose one of them."),
  origin: z
    .string()
    .regex(/^(?:null|[a-z][a-z0-9+.-]*:\/\/[^\s/]{1,260})$/i, "an origin is scheme://host, without a path")
    .optional()
    .describe("Origin to send, as a browser on a page of that site does."),
  headers: requestOptions.headers
    .refine((headers) => !Object.keys(headers).some((name) => /^(?:sec-websocket-|origin$)/i.test(name)), {
      message: "Sec-WebSocket-… is set by the probe itself, and Origin by `origin`",
    })
    .describe("Further request headers; they win over our own."),
  auth: requestOptions.auth,
  dialogue: z
    .array(stepSchema)
    .max(mostSteps, `a dialogue has at most ${mostSteps} steps`)
    .default([])
    .describe("What is said once the connection is a WebSocket, step by step."),
  tls: requestOptions.tls,
  certificate: expirySchema.prefault({}).describe("When to warn about expiry, where TLS is spoken."),
  family: requestOptions.family,
  slower_than: slowerThanSchema.prefault({}).describe("Flaws of a slow run."),
});

export type WebsocketOptions = z.infer<typeof optionsSchema>;
export type Step = z.infer<typeof stepSchema>;

function acts({ ping, ...others }: Readonly<Record<string, unknown>>): number {
  return Object.values({ ...others, ping: ping === true ? true : undefined }).filter((value) => value !== undefined)
    .length;
}
