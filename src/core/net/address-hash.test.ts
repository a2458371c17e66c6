import { describe, expect, it } from "vitest";
import { addressHash } from "./address-hash.ts";

describe("core/net/address-hash", () => {
  it.each([
    ["127.0.0.1", 3668918509],
    ["::ffff:127.0.0.1", 3668918509],
    ["::1", 1751717746],
    ["fe80::1%eth0", addressHash("fe80:0:0:0:0:0:0:1")],
  ])("hashes %s over its bytes", (address, hash) => {
    expect(addressHash(address)).toBe(hash);
  });
});
