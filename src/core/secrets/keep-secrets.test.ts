import { describe, expect, it } from "vitest";
import { hidingSecretsOf } from "./keep-secrets.ts";
import { Secret } from "./secret.ts";

describe("core/secrets/keep-secrets", () => {
  it("hides in details and evidence what the target repeats of the options' secrets and secret headers", () => {
    const options = {
      steps: [{ auth: { token: new Secret("t0p-s3cret") } }],
      headers: { "X-Api-Key": "Key k3y-of-ours", accept: "text/plain" },
    };
    const finding = { is: "down", reason: "status", detail: "401 for t0p-s3cret" } as const;
    const evidence = { body: "no k3y-of-ours, text/plain", headers: [["x", "Key k3y-of-ours"]], size: 3, none: null };

    expect(hidingSecretsOf(options)?.inObservation({ findings: [finding], samples: [], evidence })).toEqual({
      findings: [{ ...finding, detail: "401 for <secret>" }],
      samples: [],
      evidence: { body: "no <secret>, text/plain", headers: [["x", "<secret>"]], size: 3, none: null },
    });
  });

  it("hides a password also as it is sent with its user name", () => {
    const hide = hidingSecretsOf({ auth: { kind: "basic", username: "u", password: new Secret("p4ssword") } });
    const evidence = { body: `Authorization: Basic ${btoa("u:p4ssword")}` };

    expect(hide?.inObservation({ findings: [], samples: [], evidence }).evidence).toEqual({
      body: "Authorization: Basic <secret>",
    });
  });

  it("hides the beginning of a secret where what the target said was cut", () => {
    const hide = hidingSecretsOf({ auth: { token: new Secret("t0p-s3cret-of-ours") } });
    const finding = { is: "down", reason: "status", detail: "It says: “no t0p-s3cret…” (401)" } as const;
    const evidence = { body: "no such token: t0p-s3", words: "not top-secret, t0p-", whole: "t0p-s3cret-of-our…s" };

    expect(hide?.inObservation({ findings: [finding], samples: [], evidence })).toEqual({
      findings: [{ ...finding, detail: "It says: “no <secret>…” (401)" }],
      samples: [],
      evidence: { body: "no such token: <secret>", words: "not top-secret, t0p-", whole: "<secret>…s" },
    });
  });

  it("hides what else is secret, in headers of any name", () => {
    const hide = hidingSecretsOf({ headers: { "X-Tenant": "tenant t3nant-0f-ours" } }, ["t3nant-0f-ours"]);
    const evidence = { headers: [["x-echo", "tenant t3nant-0f-ours"]] };

    expect(hide?.inObservation({ findings: [], samples: [], evidence }).evidence).toEqual({
      headers: [["x-echo", "tenant <secret>"]],
    });
  });

  it("has nothing to do where there is no secret", () => {
    expect(hidingSecretsOf({ headers: { accept: "text/plain" }, target: "x" })).toBeUndefined();
    expect(hidingSecretsOf(undefined)).toBeUndefined();
  });
});
