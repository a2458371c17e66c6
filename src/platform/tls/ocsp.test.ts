import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { certificatePath } from "../../../test/support/samples/certificates.ts";
import { readStapled } from "./ocsp.ts";

const file = (name: string): Buffer => readFileSync(certificatePath("ocsp/x").replace("x.pem", name));
const leaf = new X509Certificate(file("leaf.pem"));
const root = new X509Certificate(file("root.pem"));

describe("platform/tls/ocsp", () => {
  it("reads the times of an answer, and when a certificate was revoked", () => {
    const revoked = readStapled(file("revoked.der"), leaf, root);

    expect(readStapled(file("good.der"), leaf, root)).toMatchObject({
      status: "good",
      thisUpdateMs: expect.any(Number),
      nextUpdateMs: expect.any(Number),
    });
    expect(revoked).toMatchObject({ status: "revoked", revokedAtMs: expect.any(Number) });
  });

  it("says why an answer counts for nothing", () => {
    const details = [
      readStapled(file("good.der"), leaf, undefined),
      readStapled(file("stranger.der"), leaf, root),
      readStapled(file("other.der"), leaf, root),
      readStapled(Buffer.from("30030a0106", "hex"), leaf, root),
      readStapled(Buffer.from("hello"), leaf, root),
    ].map(({ status, detail }) => [status, detail]);

    expect(details).toEqual([
      ["invalid", expect.stringContaining("issuer was not sent")],
      ["invalid", expect.stringContaining("neither the issuer nor a responder")],
      ["invalid", expect.stringContaining("about another certificate")],
      ["invalid", expect.stringContaining("status 6")],
      ["invalid", expect.stringContaining("no OCSP answer")],
    ]);
  });

  it("never throws for a changed answer, and takes none for good whose signed part was changed", () => {
    const good = file("good.der");

    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, difference) => {
        const changed = Buffer.from(good);
        changed[at] = (changed[at] ?? 0) ^ difference;
        expect(readStapled(changed, leaf, root).status).not.toBe("revoked");
      }),
      { numRuns: 500 },
    );
    const serialAt = good.indexOf(Buffer.from(leaf.serialNumber, "hex"));
    const forged = Buffer.from(good);
    forged[serialAt + 2] = (forged[serialAt + 2] ?? 0) ^ 1;
    expect(readStapled(forged, leaf, root).status).toBe("invalid");
  });
});
