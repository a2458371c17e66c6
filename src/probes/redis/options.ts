import { z } from "zod";
import { slowerThanSchema } from "../../core/matching/slower-than.ts";
import { percentSchema } from "../../core/percent.ts";
import { ipFamilies } from "../../core/ports/resolver.ts";
import { secretSchema } from "../../core/schema/secret-schema.ts";
import { durationSchema } from "../../core/time/duration.ts";
import { expirySchema } from "../../core/tls/expiry.ts";
import { tlsSchema } from "../../core/tls/tls-options.ts";

const seconds = durationSchema({ minMs: 1000 }).transform((ms) => ms / 1000);

const expectSchema = z.strictObject({
  role: z.enum(["master", "replica"]).optional().describe("The server has this role; else it is an outage."),
  replicas: z.int().min(1).max(1000).optional().describe("A master has at least so many replicas."),
  lag_above: z
    .strictObject({
      warning: seconds.optional().describe("Warn when a replica has not heard from its master for longer."),
      critical: seconds.optional().describe("Critical when it is longer than this."),
    })
    .prefault({})
    .describe("Flaws of a replica that is behind."),
  memory_above: z
    .strictObject({
      warning: percentSchema.optional().describe("Warn when more of `maxmemory` is used."),
      critical: percentSchema.optional().describe("Critical when more than this is used."),
    })
    .prefault({})
    .describe("Flaws of a server that is nearly full, where it has a `maxmemory`."),
});

/** Options of a redis check. */
export const optionsSchema = z
  .strictObject({
    username: z.string().min(1).optional().describe("User of the ACL; that of `default` when absent."),
    password: secretSchema.optional().describe("Password."),
    info: z
      .boolean()
      .default(true)
      .describe("`false` sends PING alone, for users that may not call INFO; nothing of `expect` can be judged then."),
    family: z.enum(ipFamilies).default("any").describe("Address family to dial."),
    encryption: z.enum(["none", "tls"]).default("none").describe("`tls` begins TLS as soon as the connection stands."),
    tls: tlsSchema.optional().describe("How the server's certificate is judged, where TLS is spoken."),
    certificate: expirySchema.optional().describe("When to warn about expiry, where TLS is spoken."),
    expect: expectSchema.prefault({}).describe("What INFO has to show."),
    slower_than: slowerThanSchema.prefault({}).describe("Flaws of a slow run."),
  })
  .refine(({ username, password }) => username === undefined || password !== undefined, {
    message: "a user needs a password",
    path: ["username"],
  })
  .refine(
    ({ encryption, tls, certificate }) => encryption === "tls" || (tls === undefined && certificate === undefined),
    { message: "tls and certificate say nothing without TLS; add encryption: tls" },
  )
  .refine(({ info, expect }) => info || JSON.stringify(expect) === JSON.stringify(expectSchema.parse({})), {
    message: "expect needs INFO; leave `info: false` out",
    path: ["expect"],
  });

export type RedisOptions = z.infer<typeof optionsSchema>;
