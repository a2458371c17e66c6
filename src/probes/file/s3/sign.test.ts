import { describe, expect, it } from "vitest";
import { canonicalQuery, signatureHeaders } from "./sign.ts";

// Key, time and signatures are those of the examples in Amazon's documentation of the Authorization header.
const signer = {
  accessKey: "AKIAIOSFODNN7EXAMPLE",
  secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  region: "us-east-1",
};
const nowMs = Date.UTC(2013, 4, 24);

describe("probes/file/s3/sign", () => {
  it.each([
    ["?max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"],
    ["?lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"],
  ])("signs %s as the published example is signed", (query, signature) => {
    const headers = new Map(
      signatureHeaders(new URL(`https://examplebucket.s3.amazonaws.com/${query}`), signer, nowMs),
    );

    expect(headers.get("authorization")).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=${signature}`,
    );
    expect(headers.get("x-amz-date")).toBe("20130524T000000Z");
    expect(headers.has("host")).toBe(false);
  });

  it("signs the token of temporary credentials, too", () => {
    const headers = new Map(signatureHeaders(new URL("https://s3.test/b"), { ...signer, sessionToken: "t" }, nowMs));

    expect(headers.get("x-amz-security-token")).toBe("t");
    expect(headers.get("authorization")).toContain("x-amz-date;x-amz-security-token,");
  });

  it("sorts the query and encodes everything that is not free", () => {
    expect(
      canonicalQuery([
        ["prefix", "a b/ü*'()!~"],
        ["list-type", "2"],
      ]),
    ).toBe("list-type=2&prefix=a%20b%2F%C3%BC%2A%27%28%29%21~");
  });
});
