import { describe, expect, it } from "vitest";
import { fixedEnv } from "../../../test/support/fakes/memory-config-files.ts";
import { loaded } from "../../../test/support/worlds/config-world.ts";

/** Secrets of a check of the shop that sends the variable's value. */
async function secretsFor(value: string, written = "${VALUE}"): Promise<readonly string[] | undefined> {
  const check = `{ probe: http, target: "https://acme-shop/orders", title: Orders of Acme, labels: { team: red-team }, body: "${written}" }`;
  const { checks } = await loaded({ "base.yaml": `checks: { shop: ${check} }` }, { env: fixedEnv({ VALUE: value }) });
  return checks[0]?.secrets;
}

describe("config/checks/option-secrets", () => {
  it.each([
    "t3nant-0f-ours",
    "hunter",
    "correcthorse",
    "83920174",
    "/9j/4AAQSkZJRg",
    "https://hooks.test/T0/B1/x9",
    "ann:secret@db.internal",
  ])("takes %s for a secret", async (value) => {
    expect(await secretsFor(value)).toEqual([value]);
  });

  it.each([
    ["a word that anybody would guess", "Production"],
    ["a part of the target", "acme-shop"],
    ["a label", "red-team"],
    ["the title", "Orders of Acme"],
    ["an address", "10.0.0.53:53"],
    ["an address of IPv6", "[fd00::53]:53"],
    ["a host on the internet", "https://status.example.com/"],
    ["a host inside", "db.internal:5432"],
    ["a path", "/var/backups/db"],
    ["a path on Windows", "D:\\\\backups"],
  ])("takes %s for what may be read", async (_, value) => {
    expect(await secretsFor(value)).toBeUndefined();
  });

  it("takes the parts for secret that come from a variable, and no default that stands in the file", async () => {
    expect(await secretsFor("t3nant-0f-ours", "Tenant ${VALUE} of ${NOWHERE:-nobody-in-particular}")).toEqual([
      "t3nant-0f-ours",
    ]);
  });

  it("knows no secret in what its schema takes for a number", async () => {
    const { checks } = await loaded(
      { "base.yaml": 'checks: { shop: { probe: http, target: "https://a.test/", retries_left: "${N}" } }' },
      { env: fixedEnv({ N: "3" }) },
    );

    expect(checks[0]?.secrets).toBeUndefined();
  });

  it("knows them behind templates and short forms, too", async () => {
    const base = `
templates: { inner: { body: "\${VALUE}" } }
checks: { shop: { probe: http, target: "https://a.test/", use: [inner] } }
services: { s: { owner: web } }
sites: { front: { url: "http://b.internal/", service: s, contains: ["\${VALUE}"] } }
`;
    const { checks } = await loaded({ "base.yaml": base }, { env: fixedEnv({ VALUE: "t3nant-0f-ours" }) });

    expect(checks.map(({ id, secrets }) => [id, secrets])).toEqual([
      ["shop", ["t3nant-0f-ours"]],
      ["front", ["t3nant-0f-ours"]],
    ]);
  });
});
