import { isIP } from "node:net";
import type { ResolvedAddress } from "../../core/ports/resolver.ts";

/** Lower-case host name → its addresses in the order of the file. */
export type HostsTable = ReadonlyMap<string, readonly ResolvedAddress[]>;

/** Reads a hosts file; lines that are none are passed over. @see hosts(5) */
export function parseHosts(text: string | undefined): HostsTable {
  const table = new Map<string, ResolvedAddress[]>();
  for (const line of (text ?? "").split("\n")) {
    const [address = "", ...names] = line.replace(/#.*$/, "").trim().split(/\s+/);
    const family = isIP(address);
    if (family !== 4 && family !== 6) continue;
    for (const name of names) {
      const key = name.toLowerCase();
      const known = table.get(key) ?? [];
      if (!known.some((other) => other.address === address)) known.push({ address, family });
      table.set(key, known);
    }
  }
  return table;
}
