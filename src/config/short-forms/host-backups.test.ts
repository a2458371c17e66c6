import { describe, expect, it } from "vitest";
import { fixedEnv, memoryConfigFiles } from "../../../test/support/fakes/memory-config-files.ts";
import { probeKinds } from "../../probes/index.ts";
import { type ConfigOutcome, loadConfig } from "../load-config.ts";
import { renderIssue } from "../source/issue.ts";

const load = (yaml: string): Promise<ConfigOutcome> =>
  loadConfig({
    files: memoryConfigFiles({ "config/base.yaml": yaml, "config/production.yaml": "" }),
    env: fixedEnv({}),
    directory: "config",
    environment: "production",
    probes: probeKinds,
    sections: {},
  });

const withoutBackup = async (yaml: string): Promise<readonly string[]> => {
  const outcome = await load(yaml);
  if (!outcome.ok) throw new Error(outcome.issues.map(renderIssue).join("\n"));
  expect(outcome.warnings).toHaveLength(outcome.config.hostsWithoutBackup.length);
  return outcome.config.hostsWithoutBackup;
};

const hosts = `hosts:
  this: { local: true }
  db-1: { scrape: "http://db-1:9100/metrics" }
  web-1: { scrape: "http://web-1:9100/metrics", backup: none }
  git-1: { scrape: "http://git-1:9100/metrics", backup: git-nightly }
checks: { git-nightly: { probe: push, every: 1d, grace: 2h } }
`;

describe("config/short-forms/host-backups", () => {
  it("names the hosts of services that no backup check watches, and no others", async () => {
    expect(await withoutBackup(`${hosts}services: { shop: { hosts: [db-1, web-1, git-1] } }`)).toEqual(["db-1"]);
    expect(await withoutBackup(`${hosts}services: { shop: {} }`)).toEqual([]);
  });

  it("names every host that says nothing once there are backups; one without `on` is the local machine's", async () => {
    expect(await withoutBackup(`${hosts}backups: { etc: { files: /var/backups/*.tar, due: "daily 05:00" } }`)).toEqual([
      "db-1",
    ]);
  });

  it("knows which checks watch backups: the lines of `backups`, and those that hosts name", async () => {
    const outcome = await load(`${hosts}backups: { etc: { files: /var/backups/*.tar, due: "daily 05:00" } }`);

    expect(outcome.ok && outcome.config.backupChecks).toEqual(["etc-backup", "git-nightly"]);
  });

  it("warns where the host is written, and says what to do", async () => {
    const outcome = await load(`${hosts}services: { shop: { hosts: [db-1] } }`);

    expect(outcome.warnings.map(renderIssue)).toEqual([
      expect.stringMatching(
        /^config\/base\.yaml:3:3: hosts\.db-1: no check watches a backup of this machine; .*backup: none/,
      ),
    ]);
  });

  it("refuses a check that does not exist", async () => {
    const outcome = await load(hosts.replace("backup: git-nightly", "backup: git-nightl"));

    expect(outcome.issues.map(renderIssue)).toEqual([
      expect.stringMatching(/hosts\.git-1\.backup: .*did you mean "git-nightly"\?/),
    ]);
  });
});
