import { ipBytes } from "../http/ip-bytes.ts";
import { remembered } from "../remembered.ts";

/** Hash of an IP address, the same as blackbox_exporter's: FNV-1a 32 over its 4 or 16 bytes. */
export const addressHash: (address: string) => number = remembered((address) => {
  let hash = 0x811c9dc5;
  for (const byte of ipBytes(address)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}, 2000);
