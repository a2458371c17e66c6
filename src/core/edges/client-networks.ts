import { z } from "zod";
import shipped from "../../../assets/client-subnets.json" with { type: "json" };
import type { ClientSubnet } from "../dns/message.ts";

/** Networks of clients that name servers are asked for, as a person calls them. */
export type ClientNetwork = Readonly<{ id: string; title: string; subnets: readonly ClientSubnet[] }>;

/** A network as `198.51.100.0/24` or `2001:db8::/48`. */
export const subnetSchema: z.ZodType<ClientSubnet, string> = z
  .union([z.cidrv4(), z.cidrv6()], 'write a network with its length: "198.51.100.0/24", "2001:db8::/48"')
  .transform((text) => {
    const [ip = "", length] = text.split("/");
    return { ip, prefixLength: Number(length) };
  });

const shippedSchema = z.record(z.string(), z.object({ title: z.string(), subnets: z.array(subnetSchema) }));

/** The networks that ship with Watchfire, by id. */
export const shippedNetworks: ReadonlyMap<string, ClientNetwork> = new Map(
  Object.entries(shippedSchema.parse(shipped.providers)).map(([id, network]) => [id, { id, ...network }]),
);

/** The asked networks in order; those of the check win over what ships under the same name. */
export function networksOf(
  ids: readonly string[],
  own: Readonly<Record<string, readonly ClientSubnet[]>>,
): readonly ClientNetwork[] {
  return [...new Set([...ids, ...Object.keys(own)])].flatMap((id): readonly ClientNetwork[] => {
    const known = shippedNetworks.get(id);
    const subnets = own[id] ?? known?.subnets;
    return subnets === undefined ? [] : [{ id, title: known?.title ?? id, subnets }];
  });
}
