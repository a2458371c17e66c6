import { z } from "zod";
import { patternSchema } from "../../core/matching/pattern.ts";
import { slowerThanSchema } from "../../core/matching/slower-than.ts";
import { ipFamilies } from "../../core/ports/resolver.ts";

const fingerprint = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, "write a fingerprint as ssh-keygen -l does: SHA256:… with 43 characters");

/** Options of an ssh check. */
export const optionsSchema = z.strictObject({
  fingerprints: z
    .array(fingerprint)
    .min(1)
    .max(20)
    .optional()
    .describe("Host keys that the server may have; another one is an outage. Without it a change is a flaw for a day."),
  changed: z
    .enum(["ignore", "info", "warning", "critical"])
    .default("warning")
    .describe("What it means that the host key is another one than at the last run."),
  banner: patternSchema.optional().describe("RE2 pattern that the version line matches, such as `OpenSSH_(9|10)`."),
  weak: z
    .enum(["ignore", "info", "warning", "critical", "down"])
    .default("warning")
    .describe("What it means that the server offers weak algorithms, speaks SSH 1 or has a short key."),
  allow: z.array(z.string().min(1).max(100)).max(50).default([]).describe("Weak algorithms that are accepted."),
  least_rsa_bits: z.int().min(1024).max(16_384).default(2048).describe("Shortest good RSA host key."),
  family: z.enum(ipFamilies).default("any").describe("Address family to dial."),
  slower_than: slowerThanSchema.prefault({}).describe("Flaws of a slow run."),
});

export type SshOptions = z.infer<typeof optionsSchema>;
