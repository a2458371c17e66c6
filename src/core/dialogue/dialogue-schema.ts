import { z } from "zod";
import { patternSchema } from "../matching/pattern.ts";
import { hexSchema } from "../schema/hex-schema.ts";
import { labelNameSchema } from "../schema/name-schema.ts";
import { secretSchema } from "../schema/secret-schema.ts";
import { expirySchema } from "../tls/expiry.ts";
import { tlsSchema } from "../tls/tls-options.ts";

const mostSteps = 50;

const stepSchema = z
  .strictObject({
    expect: patternSchema.optional().describe("Read lines until one matches this RE2 pattern."),
    expect_bytes: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe("Read as many bytes as this text has; they must be it."),
    expect_hex: hexSchema.optional().describe("As `expect_bytes`, written in hexadecimal digits."),
    labels: z
      .record(labelNameSchema, z.string().max(200))
      .optional()
      .describe("Labels of `probe_expect_info` when `expect` matched; `$1` and `$name` stand for groups of the match."),
    send: z
      .string()
      .max(4096)
      .optional()
      .describe(
        "A line to send, `line_end` is added; beside `expect`, `$1` and `$name` stand for groups of the match and `$$` for a dollar sign.",
      ),
    send_secret: secretSchema.optional().describe("As `send`, for a password or token: it is never shown."),
    send_hex: hexSchema.optional().describe("Bytes to send exactly so, in hexadecimal digits."),
    starttls: z.boolean().default(false).describe("Begin TLS on this connection after this step."),
  })
  .refine(({ expect, expect_bytes, expect_hex }) => given(expect, expect_bytes, expect_hex) <= 1, {
    message: "expect, expect_bytes and expect_hex exclude each other; write two steps",
  })
  .refine(({ send, send_secret, send_hex }) => given(send, send_secret, send_hex) <= 1, {
    message: "send, send_secret and send_hex exclude each other; write two steps",
  })
  .refine(({ expect, labels }) => labels === undefined || expect !== undefined, {
    message: "labels are taken from what expect matched; give expect, too",
    path: ["labels"],
  });

/** Options of every probe that holds a dialogue over one connection. */
export const dialogueOptions = {
  encryption: z.enum(["none", "tls"]).default("none").describe("`tls` begins TLS as soon as the connection stands."),
  tls: tlsSchema.optional().describe("How the server's certificate is judged, where TLS is spoken."),
  certificate: expirySchema.optional().describe("When to warn about expiry, where TLS is spoken."),
  dialogue: z
    .array(stepSchema)
    .max(mostSteps, `a dialogue has at most ${mostSteps} steps`)
    .default([])
    .describe("What is said, step by step; in each step first what is expected, then what is sent, then starttls."),
  line_end: z.enum(["crlf", "lf", "none"]).default("crlf").describe("What ends each line that is sent."),
};

const dialogueSchema = z.strictObject(dialogueOptions);

export type DialogueOptions = z.infer<typeof dialogueSchema>;
export type Step = z.infer<typeof stepSchema>;

/** What is wrong with the options together; undefined when nothing is. */
export function dialogueProblem({ encryption, tls, certificate, dialogue }: DialogueOptions): string | undefined {
  const times = timesTls(encryption, dialogue);
  if (times > 1) return "TLS begins once: with encryption: tls, or after one step with starttls";
  if (times === 0 && given(tls, certificate) > 0) {
    return "tls and certificate say nothing without TLS; add encryption: tls, or starttls to a step";
  }
  return hasDistinctLabels(dialogue) ? undefined : "two steps set the same label; give each a name of its own";
}

function given(...values: readonly unknown[]): number {
  return values.filter((value) => value !== undefined).length;
}

function timesTls(encryption: "none" | "tls", dialogue: readonly Step[]): number {
  return (encryption === "tls" ? 1 : 0) + dialogue.filter(({ starttls }) => starttls).length;
}

function hasDistinctLabels(dialogue: readonly Step[]): boolean {
  const names = dialogue.flatMap(({ labels }) => Object.keys(labels ?? {}));
  return new Set(names).size === names.length;
}
