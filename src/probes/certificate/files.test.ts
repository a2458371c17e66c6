import { describe, expect, it } from "vitest";
import { certificatePath } from "../../../test/support/samples/certificates.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import { certificate } from "./certificate.ts";

const ocsp = (name: string): string => certificatePath(`ocsp/${name}`);

describe("probes/certificate from files", () => {
  const look = async (files: readonly string[], options: object = {}, startedAtMs?: number): Promise<Result> => {
    const all = { from: "files", files, ...options };
    return (await startNetworkRun(certificate, "ingress", all, { startedAtMs }).outcome).result;
  };

  it("judges each file, and shows every certificate", async () => {
    const result = await look([
      certificatePath("good"),
      certificatePath("expired"),
      certificatePath("not-yet-valid"),
      certificatePath("sha1"),
    ]);

    expect(reasonsOf(result)).toEqual(["down tls_expired", "down tls_not_yet_valid", "flaw tls_weak"]);
    expect(result.headline?.detail).toContain("expired.pem: certificate");
    expect(sampleOf(result, "probe_certificate_files")).toBe(4);
    expect(
      sampleOf(result, "probe_certificate_not_after_timestamp_seconds", { file: certificatePath("expired") }),
    ).toBe(Date.UTC(2020, 3, 1) / 1000);
  });

  it("does not ask who signed them, and warns in time", async () => {
    const good = [certificatePath("self-signed")];

    expect((await look(good)).verdict).toBe("up");
    expect(reasonsOf(await look(good, {}, Date.UTC(2119, 11, 20)))).toEqual(["flaw expiring"]);
    expect(reasonsOf(await look(good, { names: ["pay.test"] }))).toEqual(["down tls_hostname"]);
  });

  it("shows a file once that two patterns name", async () => {
    const result = await look([certificatePath("good"), certificatePath("good")]);

    expect(
      result.samples.filter(({ metric }) => metric === "probe_certificate_not_after_timestamp_seconds"),
    ).toHaveLength(1);
  });

  it("is down when there is no file, and unknown when it may not be read", async () => {
    expect((await look(["/nowhere/tls.crt"])).verdict).toBe("down");
    expect((await look([ocsp("leaf").replace(/pem$/, "p12")])).verdict).toBe("unknown");
  });
});
