import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadAppConfig } from "./load-app-config.ts";

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-faults-"));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

/** Faults as `line path: the first words`. */
async function faultsOf(text: string, withoutSecrets = false): Promise<readonly string[]> {
  const path = join(directory, "watchfire.yaml");
  await writeFile(path, text);
  const { issues } = await loadAppConfig({ directory: path, environment: "production", withoutSecrets });
  return issues.map(({ line, path: where, message }) => `${line} ${where}: ${message.slice(0, 60)}`);
}

const slack = '{ to: [ { kind: slack, url: "https://hooks.slack.com/services/T/B/x" } ]';

const everywhere = `
sites:
  shop: { url: https://shop.example.com/, contains: [] }
  web: { url: ftp://web.example.com/ }
checks:
  a: { probe: tcp, target: nowhere }
  b: { probe: tcp, target: "x:80", depends_on: [a, shop, shop-certificate, web, host/h1, s, r, nothing] }
hosts:
  h1: { local: false }
  h2: { local: true, backup: a }
receivers:
  chat: { to: [ { kind: slack, url: "\${WATCHFIRE_NOT_SET}" } ] }
  other: { to: [ { kind: slack, url: no-address } ] }
  mail: ${slack}, fallback: [other, oncall/no, person/p] }
people:
  p: { titel: P }
  q: { title: Q, reach: { critical: [other, chat, mai] } }
route:
  receiver: other
  routes:
    one: { matchers: [tier=], receiver: other }
    two: { matchers: ["a=="], receiver: chat }
    three: { matchers: [tier=os], receiver: nix, hold: nights, policy: p1 }
time_intervals: { nights: [ { times: [ { start: "25:00", end: "24:00" } ] } ] }
services: { s: { title: S, policy: p1, nedds: [] }, t: { title: T, policy: p1, needs: [u] } }
policies: { p1: { steps: [ { at: 0m, notify: [chat], x: 1 } ] } }
rules: { r: { kind: threshold, metric: foo, service: s }, g: { kind: threshold, metric: foo, above: { warning: 1 }, service: z } }
storage: { keep_series: always }
`;

const told = [
  "3 sites.shop.contains: must hold at least 1 entry",
  '4 sites.web.url: "ftp://web.example.com/" is no address of this probe; write ',
  '6 checks.a.target: "nowhere" does not fit; write it as host:port, an IPv6 addre',
  '7 checks.b.depends_on[7]: there is no check, rule, service or host "nothing"',
  "9 hosts.h1.local: must be true, not the value false",
  "10 hosts.h2: is the local machine as well; so is the one in ",
  "13 receivers.other.to[0].url: this is no URL; write the whole address, beginning with http",
  '14 receivers.mail.fallback[1]: there is no schedule "no"; none is configured',
  '16 people.p.titel: unknown key "titel"; did you mean "title"?',
  '17 people.q.reach.critical[2]: there is no receiver "mai"; did you mean "mail"?',
  '23 route.routes.three.receiver: there is no receiver "nix"; there are ',
  '24 time_intervals.nights[0].times[0].start: "25:00" is no time of day; write "00:00" to "24:00", such as',
  '25 services.s.nedds: unknown key "nedds"; did you mean "needs"?',
  '25 services.t.needs[0]: unknown service "u"; did you mean "s"?',
  '26 policies.p1.steps[0].x: unknown key "x"',
  "27 rules.r: a threshold rule needs above or below, such as above: { warn",
  '27 rules.g.service: there is no service "z"; did you mean "t"?',
  '28 storage.keep_series: "always" is no duration; write a number with a unit, such as',
];

describe("app/configuration faults", () => {
  it("tells every fault in one go, and of what was refused only what is wrong with itself", async () => {
    const faults = await faultsOf(everywhere);

    expect(faults.filter((fault) => !fault.includes("WATCHFIRE_NOT_SET"))).toEqual(
      told.map((start) => expect.stringContaining(start)),
    );
    expect(faults).toHaveLength(told.length + 1);
  });

  it("does so where secrets are not at hand, too", async () => {
    expect(await faultsOf(everywhere, true)).toEqual(told.map((start) => expect.stringContaining(start)));
  });

  it("calls what a short form makes as it is written there", async () => {
    const faults = await faultsOf(`
sites: { shop: { url: https://shop.example.com/, depends_on: [nothing] } }
hosts: { this: { local: true, depends_on: [shop, nobody] } }
`);

    expect(faults).toEqual([
      '2 sites.shop.depends_on[0]: there is no check, rule, service or host "nothing"',
      '3 hosts.this.depends_on[1]: there is no check, rule, service or host "nobody"',
    ]);
  });

  it("tells what is wrong with modules for the door along with what is wrong with the config", async () => {
    await writeFile(join(directory, "modules.yml"), "modules: { m: { prober: htpp } }\n");
    const door = "blackbox: { modules_file: modules.yml }";

    const both = await faultsOf(`${door}\nchecks: { a: { probe: tcp, target: nowhere } }\n`);
    const alone = await faultsOf(`${door}\n`);

    expect(both).toEqual([expect.stringContaining("checks.a.target"), ...alone]);
    expect(alone).toHaveLength(1);
  });

  it("warns once of a domain whose registry tells nobody when it ends, until the day is given", async () => {
    const path = join(directory, "watchfire.yaml");
    await writeFile(
      path,
      `
sites:
  shop: { url: https://shop.example.de/ }
  news: { url: https://news.example.de/ }
  blog: { url: https://example.at/, domain: { expires: "2030-01-01" } }
checks:
  known: { probe: domain, target: example.com }
  dutch: { probe: domain, targets: [example.org, example.nl] }
  own: { probe: domain, target: example.ch, rdap_server: https://rdap.example.com/ }
`,
    );
    const { ok, warnings } = await loadAppConfig({ directory: path, environment: "production", withoutSecrets: false });

    const told = "tells nobody when a domain ends: give `expires`, or nobody is warned of it";
    expect(ok).toBe(true);
    expect(warnings.map(({ line, path: where, message }) => `${line} ${where}: ${message}`)).toEqual([
      `3 sites.shop.url: the registry of .de ${told}`,
      `8 checks.dutch.targets[1]: the registry of .nl ${told}`,
    ]);
  });

  it("tells at load what options and target do not go together", async () => {
    const s3 = "s3: { endpoint: https://s3.example.com, access_key: a, secret_key: b }";

    const faults = await faultsOf(`
checks:
  bare: { probe: file, target: "s3://bucket/*.tar" }
  path: { probe: file, targets: ["s3://bucket/*.tar", "/var/backups/*.tar"], ${s3} }
hosts: { this: { local: true } }
backups:
  db: { on: this, files: "s3://bucket/db/*" }
  user: { on: this, files: "s3://bucket/x/*", s3: { endpoint: "https://u:p@s3.example.com/", access_key: a, secret_key: b } }
  query: { on: this, files: "s3://bucket/y/*", s3: { endpoint: "https://s3.example.com/?token=12345", access_key: a, secret_key: b } }
`);

    expect(faults).toEqual([
      "3 checks.bare.target: s3://bucket/*.tar needs the option s3",
      "4 checks.path.targets[1]: with s3 the target is s3://bucket/…, not /var/backups/*.tar",
      "7 backups.db.files: s3://bucket/db/* needs the option s3",
      expect.stringMatching(/^8 backups\.user\.s3\.endpoint: the address holds a user name or password; move them/),
      "9 backups.query.s3.endpoint: the address of a store has no query",
    ]);
  });
});
