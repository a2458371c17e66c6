import { afterEach, describe, expect, it } from "vitest";
import type { Result } from "../../src/core/checks/result.ts";
import { composeMessage, plainTextOf } from "../../src/core/message/message.ts";
import { checksOf, StoryRuns } from "../support/samples/story-checks.ts";
import { type Site, type SitePage, serveSite } from "../support/servers/site-server.ts";
import { AlertingWorld, alertingConfigOf, receiverOf } from "../support/worlds/alerting-world.ts";

/** 系统繁忙 and 库存 as GBK writes them: no UTF-8, and five odd letters in ISO-8859-1. */
const gbk: Readonly<Record<string, readonly number[]>> = {
  系统繁忙: [0xcf, 0xb5, 0xcd, 0xb3, 0xb7, 0xb1, 0xc3, 0xa6],
  库存: [0xbf, 0xe2, 0xb4, 0xe6],
};
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A page in GBK whose header says that it is ISO-8859-1. */
function lying(word: string): SitePage {
  const body = Buffer.concat([Buffer.from("<title>"), Buffer.from(gbk[word] ?? []), Buffer.from("</title>")]);
  return { type: "text/html; charset=ISO-8859-1", body };
}

type Stage = Readonly<{ world: AlertingWorld; runs: StoryRuns; site: Site; pages: Record<string, SitePage> }>;

async function stage(page: SitePage): Promise<Stage> {
  const pages: Record<string, SitePage> = { "/stock": page };
  const site = await serveSite(pages);
  closing.push(() => site.close());
  const { checks, services } = await checksOf(`
services: { procurement: { title: 采购, owner: buyers } }
checks:
  supplier-a: { probe: http, title: 供应商 A, target: "http://b2b.supplier-a.test:${site.port}/stock", service: procurement, severity: warning, expect: { contains: [库存], error_pages: zh } }`);
  const config = alertingConfigOf(
    [...checks.values()],
    {
      services,
      time_intervals: { office: [{ weekdays: ["monday:friday"], times: [{ start: "09:00", end: "18:00" }] }] },
      people: { a: { title: "值班甲", reach: { critical: ["voice"], warning: ["ops-chat"] } } },
      schedules: { ops: { members: ["a"], every: "1w", handoff: "monday 10:00", starts: "2026-11-23" } },
      policies: { p1: { steps: [{ at: "0m", notify: ["oncall/ops"] }] } },
      route: {
        receiver: "ops-chat",
        policy: "p1",
        group_by: ["service", "check"],
        group_wait: "0s",
        group_interval: "1m",
        routes: {
          suppliers: {
            matchers: ["service=procurement"],
            receiver: "buyers",
            active_time_intervals: ["office"],
            policy: "none",
          },
        },
      },
    },
    { "ops-chat": receiverOf(true), buyers: receiverOf(true), voice: receiverOf(false) },
  );
  const world = new AlertingWorld({ ...config, locale: "zh" });
  return { world, site, pages, runs: new StoryRuns(world, checks) };
}

/** What people receive and by whom, as plain lines without links; the port is the test's own. */
function received({ world }: Stage): readonly string[] {
  return world.outbox.map(({ receiver, notification }) => {
    const text = plainTextOf({ ...composeMessage(notification), links: [] });
    return `${receiver}: ${text}`.replace(/test:\d+/, "test");
  });
}

const details = ({ findings }: Result): readonly string[] => findings.map(({ detail }) => detail);

describe("stories/2 a supplier's page answers 200 with an error in GBK", () => {
  it("finds the word and the error page although the header lies, and says how it was read", async () => {
    const { runs, pages } = await stage(lying("系统繁忙"));

    const failing = await runs.run("supplier-a");
    pages["/stock"] = lying("库存");
    const working = await runs.run("supplier-a");

    expect(failing.verdict).toBe("down");
    expect(details(failing)).toEqual([
      'the answer is an error page: it says "系统繁忙" (read as gb18030; the server says windows-1252)',
      'the body does not contain "库存" (read as gb18030, big5, shift_jis, euc-kr, windows-1252)',
    ]);
    expect(working.findings).toEqual([]);
    expect(working.evidence).toMatchObject({ matched: { 库存: "gb18030" } });
  });

  it.each([
    "系统繁忙",
    "服务器错误",
    "网站未备案",
    "域名已过期",
    "您的请求可能存在威胁",
    "Whitelabel Error Page",
    "Welcome to nginx!",
  ])("knows the error page %s in UTF-8, too", async (text) => {
    const { runs } = await stage({ type: "text/html; charset=utf-8", body: `<title>${text}</title>库存` });

    const { verdict, findings } = await runs.run("supplier-a");

    expect([verdict, findings.map(({ reason }) => reason)]).toEqual(["down", ["keyword"]]);
    expect(findings[0]?.detail).toContain(text);
  });

  it("is not our outage: told to its own receiver, in office hours, and by no phone", async () => {
    const scene = await stage(lying("系统繁忙"));
    const { world, runs, pages } = scene;
    world.nowMs = Date.UTC(2026, 10, 21, 18, 0);
    await runs.confirm("supplier-a");
    world.advance(Date.UTC(2026, 10, 23, 0, 59) - world.nowMs);
    const atNight = received(scene);
    world.advance(2 * 60_000);
    const atWork = received(scene);
    pages["/stock"] = lying("库存");
    await runs.confirm("supplier-a");
    world.advance(2 * 60_000);

    expect(atNight).toEqual([]);
    const said = '返回的是错误页面,写着"系统繁忙"(按 gb18030 解码;服务器声称 windows-1252)';
    const firing = `buyers: 警告 采购 供应商 A 返回错误页\n${said}\n正文:「系统繁忙」\nhttp://b2b.supplier-a.test/stock\n11-22 02:00 起(已 1 天 7 小时)`;
    expect(atWork).toEqual([firing]);
    expect(
      received(scene)
        .slice(1)
        .map((text) => text.split("\n")[0]),
    ).toEqual(["buyers: 已恢复 采购 供应商 A(历时 1 天 7 小时)"]);
    expect(new Set([...world.outbox, ...world.notices].map(({ receiver }) => receiver))).toEqual(new Set(["buyers"]));
    expect(world.decisions.map(({ stage, outcome, because }) => `${stage} ${outcome}: ${because}`)).toEqual(
      expect.arrayContaining([
        "routing pass: matches route/suppliers, receiver buyers",
        "muting mute: route/suppliers tells only within office until 2026-11-23T01:00:00.000Z",
        "flush pass: first notification: told to buyers",
      ]),
    );
  });
});
