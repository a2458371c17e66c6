import { z } from "zod";
import { nearestName } from "../nearest-name.ts";
import { hostPortSchema } from "../net/host-port.ts";
import { idSchema } from "../schema/name-schema.ts";
import { severities } from "../severity.ts";
import { durationSchema } from "../time/duration.ts";
import { shippedNetworks, subnetSchema } from "./client-networks.ts";

/** What addresses can be compared by. */
export const edgeTraits = ["certificate", "status", "body", "image"] as const;
export type EdgeTrait = (typeof edgeTraits)[number];

const hourMs = 3_600_000;

/** What a kind of check has to say of its edges. */
export type EdgesKind = Readonly<{
  /** Traits that this kind can see. */
  traits: readonly [EdgeTrait, ...EdgeTrait[]];
  /** Those that are compared unless the check says otherwise. */
  compared: readonly EdgeTrait[];
  /** Time for one address unless the check says otherwise, as text. */
  timeout: string;
}>;

const share = z.number().gt(0).max(1);

/** Where addresses come from. */
const search = {
  host: z
    .string()
    .regex(/^[^/\s:]+$/, "write a host name alone; scheme and port are the target's")
    .toLowerCase()
    .optional()
    .describe(
      "Host whose addresses are looked at, when it is not the target's: the CDN of the images, a host behind a redirect.",
    ),
  resolvers: z
    .array(hostPortSchema("port optional"))
    .max(8)
    .default([])
    .describe(
      "Name servers to ask, `host` or `host:port`; every address of every answer counts. None: the machine's own way.",
    ),
  providers: z
    .array(idSchema)
    .max(16)
    .default([])
    .describe(
      `Ask also on behalf of clients of these (EDNS client subnet): ${[...shippedNetworks.keys()].join(", ")}, and those of \`subnets\`.`,
    ),
  subnets: z
    .record(idSchema, z.array(subnetSchema).min(1).max(8))
    .default({})
    .describe("Client networks of your own by name; a name that ships is replaced."),
  max_addresses: z
    .int()
    .min(1)
    .max(32)
    .default(16)
    .describe("Look at no more than this many, spread over the answers."),
};

/** How addresses are judged together. */
const judgement = {
  differs_for: durationSchema({ maxMs: 7 * 24 * hourMs })
    .prefault("1h")
    .describe("An address that differs from the majority for this long is a warning."),
  severity: z
    .enum(severities)
    .default("critical")
    .describe("Severity of the flaw when some addresses fail, and others work."),
  down_when: z
    .strictObject({
      count: z.int().min(1).optional().describe("As many addresses fail, or more."),
      share: share.optional().describe("This part of all addresses fails, or more: 0.5 is half of them."),
    })
    .prefault({ share: 0.5 })
    .describe("From when failing addresses are an outage; any one limit is enough, and none (`{}`) means all of them."),
};

/** The option `edges` of every kind that can look at each address of a name by itself. */
export function edgesSchema(kind: EdgesKind) {
  return z
    .strictObject({
      ...search,
      timeout: durationSchema({ minMs: 100, maxMs: 60_000 })
        .prefault(kind.timeout)
        .describe("Time for one address; the check's own timeout is for all."),
      compare: z
        .array(z.enum(kind.traits))
        .default(kind.compared as EdgeTrait[])
        .describe("What all addresses should have in common."),
      ...judgement,
    })
    .superRefine(checkProviders);
}

export type EdgesOptions = z.infer<ReturnType<typeof edgesSchema>>;

function checkProviders(
  { resolvers, providers, subnets }: z.infer<z.ZodObject<typeof search>>,
  context: z.RefinementCtx,
): void {
  for (const [index, id] of providers.entries()) {
    if (shippedNetworks.has(id) || Object.hasOwn(subnets, id)) continue;
    const known = [...shippedNetworks.keys(), ...Object.keys(subnets)];
    const near = nearestName(id, known);
    const hint = near === undefined ? `known are ${known.join(", ")}` : `did you mean ${near}?`;
    context.addIssue({ code: "custom", path: ["providers", index], message: `"${id}" is no known provider; ${hint}` });
  }
  if (resolvers.length > 0 || (providers.length === 0 && Object.keys(subnets).length === 0)) return;
  const message =
    "providers and subnets need resolvers that take client subnets; name some, such as the zone's own name servers";
  context.addIssue({ code: "custom", path: ["resolvers"], message });
}
