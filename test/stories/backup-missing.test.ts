import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { reportFacts } from "../../src/alerting/reports/report-facts.ts";
import { composeMessage, plainTextOf } from "../../src/core/message/message.ts";
import { reportText } from "../../src/core/message/report-message.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { createFiles } from "../../src/platform/files/files.ts";
import { systemStoredFiles } from "../../src/platform/files/stored-files.ts";
import { aNotification } from "../support/samples/notifications.ts";
import { checksOf, StoryRuns } from "../support/samples/story-checks.ts";
import { AlertingWorld, alertingConfigOf, receiverOf } from "../support/worlds/alerting-world.ts";
import { FakeInbox } from "../support/worlds/probe-harness.ts";

const timeZone = "Asia/Shanghai";
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-backup-"));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** A moment of Shanghai's clock: `11-23 05:00`. */
const at = (time: string): number => Date.parse(`2026-${time.replace(" ", "T")}:00+08:00`);

async function backUp(time: string, sizeBytes = 4096): Promise<void> {
  const path = join(directory, `${at(time)}_gitlab_backup.tar`);
  await writeFile(path, Buffer.alloc(sizeBytes));
  await utimes(path, at(time) / 1000, at(time) / 1000);
}

type Stage = Readonly<{
  world: AlertingWorld;
  runs: StoryRuns;
  inbox: FakeInbox;
  warnings: readonly string[];
  hostsWithoutBackup: readonly string[];
}>;

async function stage(): Promise<Stage> {
  const loaded = await checksOf(`
time_zone: ${timeZone}
services: { shop: { title: 商城, hosts: [db-1, git-1] } }
hosts:
  this:  { local: true }
  db-1:  { scrape: "http://db-1:9100/metrics", backup: db-1-nightly }
  git-1: { scrape: "http://git-1:9100/metrics" }
  web-1: { scrape: "http://web-1:9100/metrics", backup: none }
backups:
  gitlab: { title: GitLab 备份, on: this, files: ${directory}/*_gitlab_backup.tar, due: "daily 05:00", min_size: 1KiB, severity: warning }
checks:
  db-1-nightly: { probe: push, title: db-1 备份, severity: warning, schedule: "0 2 * * *", grace: 3h }`);
  const { checks, services, warnings, hostsWithoutBackup } = loaded;
  const config = alertingConfigOf(
    [...checks.values()],
    {
      services,
      time_intervals: { nights: [{ times: [{ start: "22:00", end: "09:00" }] }] },
      people: { a: { title: "值班甲", reach: { critical: ["voice"], warning: ["ops-chat"] } } },
      schedules: { ops: { members: ["a"], every: "1w", handoff: "monday 10:00", starts: "2026-11-16" } },
      policies: { p1: { steps: [{ at: "0m", notify: ["oncall/ops"] }] } },
      route: {
        receiver: "ops-chat",
        policy: "p1",
        group_by: ["alertname", "check"],
        group_wait: "0s",
        group_interval: "1m",
        routes: {
          backups: { matchers: ['check=~".*-backup|.*-nightly"'], receiver: "ops-chat", hold: "nights" },
        },
      },
    },
    { "ops-chat": receiverOf(true), voice: receiverOf(false) },
  );
  const world = new AlertingWorld({ ...config, locale: "zh" });
  world.nowMs = at("11-23 05:00");
  const inbox = new FakeInbox();
  const ports = { inbox, storedFiles: systemStoredFiles, files: createFiles(systemClock) };
  return { world, inbox, warnings, hostsWithoutBackup, runs: new StoryRuns(world, checks, ports) };
}

/** What people receive and by whom, as plain lines without links. */
function received({ world }: Stage): readonly string[] {
  return [...world.outbox, ...world.notices].map(({ receiver, notification }) => {
    const text = plainTextOf({ ...composeMessage(notification), links: [] });
    return `${receiver}: ${text.replaceAll(directory, "/backups")}`;
  });
}

describe("stories/3 a backup silently did not run", () => {
  it("misses files by the clock where they are, and a remote job by its heartbeat, without a call at night", async () => {
    const scene = await stage();
    const { world, runs, inbox } = scene;
    await backUp("11-21 04:20");
    await backUp("11-22 04:20");
    inbox.put({ atMs: at("11-22 02:40"), signal: "success" });
    await runs.run("db-1-nightly");
    world.nowMs = at("11-22 12:00");
    const yesterday = await runs.confirm("gitlab-backup");
    world.advance(at("11-23 04:59") - world.nowMs);
    const before = await runs.confirm("gitlab-backup");
    world.advance(at("11-23 05:10") - world.nowMs);
    const late = await runs.confirm("gitlab-backup");
    const silent = await runs.run("db-1-nightly", { expected: { atMs: at("11-23 02:00"), graceMs: 3 * 3_600_000 } });
    world.advance(at("11-23 08:59") - world.nowMs);
    const atNight = received(scene);
    world.advance(at("11-23 09:01") - world.nowMs);
    const inTheMorning = received(scene);
    await backUp("11-23 09:20");
    inbox.put({ atMs: at("11-23 09:20"), signal: "success" });
    world.advance(at("11-23 09:25") - world.nowMs);
    const back = await runs.confirm("gitlab-backup");
    await runs.run("db-1-nightly");
    world.advance(at("11-23 09:30") - world.nowMs);

    expect([yesterday, before].map(({ findings }) => findings)).toEqual([[], []]);
    expect(late.findings.map(({ detail }) => detail)).toEqual([
      "no file came for 2026-11-23 05:00: the newest is of 2026-11-22 04:20",
    ]);
    expect(silent.verdict).toBe("down");
    expect(atNight).toEqual([]);
    expect(inTheMorning).toEqual([
      "ops-chat: 暂存汇总 2 项,2 项未恢复\n警告 GitLab 备份 未按时,05:10 起\n警告 db-1 备份 未按时,05:10 起",
    ]);
    expect(back.findings).toEqual([]);
    expect(received(scene).slice(0, 2)).toEqual([
      "ops-chat: 已恢复 GitLab 备份(历时 4 小时 15 分)\n当时:2026-11-23 05:00 应有的文件没有出现,最新的是 2026-11-22 04:20\n/backups/*_gitlab_backup.tar\n05:10 至 09:25",
      "ops-chat: 已恢复 db-1 备份(历时 4 小时 15 分)\n当时:应在 02:00 前报告(宽限 3h),最近一次收到于 11-22 02:40\n05:10 至 09:25",
    ]);
    const why = world.decisions.map(({ stage, outcome, because }) => `${stage} ${outcome}: ${because}`);
    expect(why).toContain(
      "muting mute: route/backups holds it for the digest at the end of nights until 2026-11-23T01:00:00.000Z",
    );
    expect(why).toContain("hold pass: told to ops-chat with what was held until now");
  });

  it("names hosts without a backup check in validate and in the morning report, and none that needs none", async () => {
    const { warnings, hostsWithoutBackup } = await stage();
    const facts = reportFacts({
      covers: "day",
      fromMs: at("11-22 09:00"),
      toMs: at("11-23 09:00"),
      incidents: [],
      alerts: [],
      groups: [],
      services: new Map(),
      locale: "zh",
      unbacked: hostsWithoutBackup,
    });
    const text = reportText(facts, { locale: "zh", timeZone });
    const message = composeMessage(aNotification({ intent: "meta", alerts: [], locale: "zh", text }));
    const report = plainTextOf({ ...message, links: [] });

    expect(warnings).toEqual([
      expect.stringContaining("hosts.git-1: no check watches a backup of this machine; add one to `backups`"),
    ]);
    expect(report.split("\n").at(-1)).toBe("没有备份检查的主机:1(git-1)");
  });
});
