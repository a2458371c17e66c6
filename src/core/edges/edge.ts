import type { Observation } from "../checks/result.ts";
import type { EpochMs } from "../time/time.ts";
import type { ClientNetwork } from "./client-networks.ts";
import type { EdgeTrait } from "./edges-options.ts";

/** One address of a name, and the clients that are sent to it; none when nobody was asked on behalf of clients. */
export type Edge = Readonly<{ address: string; family: 4 | 6; networks: readonly ClientNetwork[] }>;

/** What can be compared between addresses. */
export type Trait = Readonly<{
  trait: EdgeTrait;
  /** Which one, where there are several of a kind, such as the address of an image. */
  of?: string;
  value: string;
  /** The value as people read it; absent: it says nothing to them. */
  shown?: string;
}>;

/** What was seen at one address. */
export type EdgeSight = Readonly<{
  observation: Observation;
  traits: readonly Trait[];
  /** End of the certificate that ends first. */
  certificateEndsMs?: EpochMs;
}>;

/** `skipped`: this machine cannot reach addresses of that family at all. */
export const edgeStates = ["good", "flawed", "failed", "unknown", "skipped"] as const;
export type EdgeState = (typeof edgeStates)[number];

/** An address with what was seen there. */
export type SeenEdge = EdgeSight & Readonly<{ edge: Edge; state: EdgeState; durationMs: number }>;

/** Ids of the clients that an address serves, for a label; empty for all alike. */
export function providerLabel({ networks }: Edge): string {
  return networks
    .map(({ id }) => id)
    .toSorted()
    .join(",");
}

const mostNamed = 4;

/** Addresses as people read them, each once: `192.0.2.7 (China Telecom 电信), 192.0.2.9`. */
export function edgeNames(edges: readonly Edge[]): string {
  const known = [...new Set(edges.map(edgeName))];
  const more = known.length > mostNamed ? ` and ${known.length - mostNamed} more` : "";
  return `${known.slice(0, mostNamed).join(", ")}${more}`;
}

function edgeName({ address, networks }: Edge): string {
  return networks.length === 0 ? address : `${address} (${networks.map(({ title }) => title).join(", ")})`;
}
