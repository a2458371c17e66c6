import { z } from "zod";
import { percentSchema } from "../../core/percent.ts";
import { ipFamilies } from "../../core/ports/resolver.ts";
import { durationSchema } from "../../core/time/duration.ts";

/** Options of an icmp check. */
export const optionsSchema = z
  .strictObject({
    family: z.enum(ipFamilies).default("any").describe("Address family to ping."),
    packets: z.int().min(1).max(50).default(3).describe("Echo requests in one run."),
    spacing: durationSchema({ minMs: 200, maxMs: 10_000 })
      .default(200)
      .describe("Time between two requests; users without privileges may go no faster (default 200ms)."),
    reply_within: durationSchema({ minMs: 100, maxMs: 60_000 })
      .default(2000)
      .describe("How long the last reply is waited for (default 2s)."),
    payload_size: z.int().min(16).max(65_467).default(56).describe("Bytes of payload; less than 16 carry no time."),
    hop_limit: z.int().min(1).max(255).optional().describe("TTL of the requests; the system's own where absent."),
    dont_fragment: z.boolean().default(false).describe("IPv4: refuse to be cut into pieces on the way (path MTU)."),
    loss: z
      .strictObject({
        warning: percentSchema.optional().describe("Warn above this share of lost packets."),
        critical: percentSchema.optional().describe("Critical above this share."),
      })
      .prefault({ warning: "0%" })
      .describe("Flaws of lost packets, from any at all; all of them lost is an outage."),
    slower_than: z
      .strictObject({
        warning: durationSchema().optional().describe("Warn above this mean round-trip time."),
        critical: durationSchema().optional().describe("Critical above this."),
      })
      .prefault({})
      .describe("Flaws of slow replies."),
  })
  .refine(({ packets, spacing, reply_within: within }) => (packets - 1) * spacing + within <= 120_000, {
    message: "packets, spacing and reply_within take more than two minutes together",
    path: ["packets"],
  });

export type IcmpOptions = z.infer<typeof optionsSchema>;
