import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { adminToken, openTestApi } from "../../test/support/worlds/api-harness.ts";
import type { Terminal } from "../platform/terminal.ts";
import { execute } from "./command-line.ts";

let directory = "";
let configPath = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-validate-"));
  configPath = join(directory, "watchfire.yaml");
});

afterEach(() => rm(directory, { recursive: true, force: true }));

async function validate(config: string) {
  await writeFile(configPath, config);
  const written = { out: "", error: "" };
  const terminal: Terminal = {
    args: ["validate", "--config", configPath],
    isInteractive: false,
    workingDirectory: directory,
    out: (text) => void (written.out += `${text}\n`),
    error: (text) => void (written.error += `${text}\n`),
    exitWith: () => undefined,
    onStop: () => undefined,
    onReload: () => undefined,
  };
  const code = await execute(terminal, terminal.args);
  return { code, ...written, lines: written.error.replaceAll(`${configPath}:`, "").trimEnd().split("\n") };
}

const whole = `
services: { shop: { owner: web, policy: p1, needs: [] } }
sites: { shop: { url: "https://shop.example.com/", service: shop } }
people: { a: { phone: "+8613800000001", reach: { critical: [ops] } } }
policies: { p1: { steps: [{ at: 5m, notify: [person/a] }] } }
receivers: { ops: { to: [{ kind: log }] } }
route: { receiver: ops }
tests:
  night: { labels: { service: shop, severity: critical }, at: "2026-11-26T03:00:00Z", receivers: [ops], people: [a] }
`;

describe("cli/validate", () => {
  it("names people whom the daemon of this config has never reached, and is content when no daemon answers", async () => {
    const never = { person: "a", title: "A", receivers: ["voice"] };
    const gone = { person: "zoe", title: "Zoe", receivers: ["voice"] };
    const harness = await openTestApi({}, { unconfirmed: () => [never, gone] });
    const { host } = new URL(harness.url);
    const config = `${whole}storage: { path: ${join(directory, "watchfire.db")} }
server: { listeners: { main: { listen: "${host}" } } }
`;
    await writeFile(join(directory, "admin.token"), adminToken);
    const asked = await validate(config);
    await harness.api.close();
    const unasked = await validate(config);

    expect(asked).toMatchObject({ code: 0 });
    expect(asked.lines).toEqual([
      expect.stringMatching(/^warning: 4:11: people\.a: nobody has ever answered a message to this person by voice; /),
    ]);
    expect(unasked).toMatchObject({ code: 0, error: "" });
  });

  it("has nothing to say of a config in which everything is used and every test passes", async () => {
    expect(await validate(whole)).toMatchObject({
      code: 0,
      error: "",
      out: expect.stringContaining("ok: 3 checks on"),
    });
  });

  it("ends with 78 and the place of the expectation where a test of the config fails", async () => {
    const { code, error } = await validate(whole.replace("people: [a] }", "people: [] }"));

    expect(code).toBe(78);
    expect(error).toContain(
      "watchfire.yaml:9:105: tests.night.people: the test expects nobody, but the config gives a",
    );
  });

  it("warns of what is hardly meant, each with its place, and still ends with 0", async () => {
    const { code, lines } = await validate(`
services: { shop: {}, old: { owner: web } }
sites: { shop: { url: "https://shop.example.com/", service: shop } }
people: { a: { reach: { critical: [ops] } }, b: { phone: "+8613800000001", reach: { info: [ops] } } }
receivers:
  ops: { to: [{ kind: log }] }
  spare: { to: [{ kind: log }], fallback: [ops] }
policies: { p1: { steps: [{ at: 5m, notify: [person/a] }] } }
time_intervals: { nights: [{ times: [{ start: "22:00", end: "24:00" }] }] }
route: { receiver: ops, routes: { x: { matchers: [severity=crit] } } }
`);

    expect(code).toBe(0);
    expect(lines.map((line) => line.replace(/ \(layer .*\)$/, ""))).toEqual([
      expect.stringMatching(/10:\d+: route\.routes\.x\.matchers: no alert of Watchfire's own has severity "crit"/),
      expect.stringMatching(/7:3: receivers\.spare: nothing uses this receiver/),
      expect.stringMatching(/8:13: policies\.p1: nothing uses this policy/),
      expect.stringMatching(/9:19: time_intervals\.nights: nothing uses this time interval/),
      expect.stringMatching(/4:46: people\.b: is in no schedule/),
      expect.stringMatching(/4:11: people\.a: has no address/),
      expect.stringMatching(/2:13: services\.shop: has no owner/),
      expect.stringMatching(/2:23: services\.old: no check and no rule belongs to this service/),
    ]);
  });

  it("says where nobody is told but the log", async () => {
    const { code, error } = await validate(`sites: { shop: { url: "https://shop.example.com/" } }\n`);

    expect(code).toBe(0);
    expect(error).toContain("no receivers are configured");
  });

  it("names the place of a dependency that closes a circle, and hosts and services that are unknown", async () => {
    const circle = await validate(`
services: { a: { needs: [b] }, b: {} }
checks:
  one: { probe: http, target: "http://a/", service: a }
  two: { probe: http, target: "http://b/", service: b, depends_on: [one] }
`);
    const unknown = await validate("services:\n  a: { hosts: [db-1], needs: [c] }\n");

    expect(circle.code).toBe(78);
    expect(circle.error).toMatch(/watchfire\.yaml:(2|5):\d+: .*closes a circle of dependencies: /);
    expect(unknown.error).toMatch(/2:16: services\.a\.hosts\[0\]: unknown host "db-1"/);
    expect(unknown.error).toMatch(/2:31: services\.a\.needs\[0\]: unknown service "c"/);
  });
});
