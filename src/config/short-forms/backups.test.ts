import { describe, expect, it } from "vitest";
import { fixedEnv, memoryConfigFiles } from "../../../test/support/fakes/memory-config-files.ts";
import { probeKinds } from "../../probes/index.ts";
import { type ConfigOutcome, loadConfig } from "../load-config.ts";
import { renderIssue } from "../source/issue.ts";

function load(yaml: string): Promise<ConfigOutcome> {
  return loadConfig({
    files: memoryConfigFiles({ "config/base.yaml": yaml, "config/production.yaml": "" }),
    env: fixedEnv(),
    directory: "config",
    environment: "production",
    probes: probeKinds,
    sections: {},
  });
}

describe("config/short-forms/backups", () => {
  it("makes a file check of each backup, in the config's time zone or its own", async () => {
    const outcome = await load(
      "time_zone: Asia/Shanghai\nhosts: { this: { local: true } }\nbackups:\n  gitlab: { on: this, files: /b/*.tar, due: daily 05:00, severity: critical, interval: 5m }\n  wiki: { files: /w/*.gz, due: monday 05:00, time_zone: Europe/Berlin }\n",
    );

    expect(outcome.issues.map(renderIssue)).toEqual([]);
    expect(outcome.ok ? outcome.config.checks : []).toMatchObject([
      { id: "this" },
      {
        id: "gitlab-backup",
        probe: "file",
        severity: "critical",
        schedule: { everyMs: 300_000 },
        timeZone: "Asia/Shanghai",
        targets: [{ address: "/b/*.tar" }],
        options: { due: "daily 05:00" },
      },
      { id: "wiki-backup", timeZone: "Europe/Berlin" },
    ]);
  });

  it("takes a backup of any host that lies in an object store", async () => {
    const s3 = "s3: { endpoint: https://s3.test, access_key: a, secret_key: b }";
    const hosts = "hosts: { this: { local: true, backup: none }, db-1: { scrape: http://db-1:9100/metrics } }";
    const outcome = await load(`${hosts}\nbackups: { db: { on: db-1, files: s3://backups/db/*.dump, ${s3} } }\n`);
    const unknown = await load(`${hosts}\nbackups: { db: { on: db-2, files: s3://backups/db/*.dump, ${s3} } }\n`);

    expect(outcome.issues.map(renderIssue)).toEqual([]);
    expect(outcome.ok && outcome.config.hostsWithoutBackup).toEqual([]);
    expect(outcome.ok ? outcome.config.checks : []).toContainEqual(
      expect.objectContaining({
        id: "db-backup",
        targets: [expect.objectContaining({ address: "s3://backups/db/*.dump" })],
      }),
    );
    expect(unknown.issues.map(renderIssue).join("\n")).toContain(
      'backups.db.on: unknown host "db-2"; did you mean "db-1"?',
    );
  });

  it.each([
    ["backups: { a: {} }", "config/base.yaml:1:15: backups.a.files: is missing"],
    ["backups: { a: { files: b/*.tar } }", "write the whole path"],
    ["backups: { a: { files: /b, due: now } }", 'backups.a.due: "now" names no due time'],
    ["backups: { a: { files: /b, colour: red } }", "backups.a.colour: "],
    ["backups: { a: { files: /b, target: /c } }", "has no keys probe, target and use"],
    ["backups: { a: { files: /b, on: db-1 } }", 'unknown host "db-1"; there is none'],
    [
      "hosts: { db-1: { scrape: http://db-1:9100/metrics } }\nbackups: { a: { files: /b, on: db-1 } }",
      "hosts.db-1 is not the machine that the daemon runs on",
    ],
    [`backups: { ${"a".repeat(60)}: { files: /b } }`, "whose id is longer than 63 characters"],
  ])("refuses %j at its place", async (yaml, issue) => {
    const outcome = await load(yaml);

    expect(outcome.issues.map(renderIssue).join("\n")).toContain(issue);
  });
});
