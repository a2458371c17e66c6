import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Channels, plainLines } from "../support/servers/channels.ts";
import { MailServer } from "../support/servers/mail-server.ts";
import { WholeWorld, type WrittenConfig } from "../support/worlds/whole-world.ts";

const minute = 60;
const broken = { is: "down", reason: "status", detail: "502 Bad Gateway" } as const;
/** A moment of Shanghai's clock: `11-27 15:00`. */
const at = (time: string): number => Date.parse(`2026-${time.replace(" ", "T")}:00+08:00`);
const phones = { a: "13800000001", b: "13800000002", c: "13800000003" };
const names = Object.fromEntries(Object.entries(phones).map(([id, number]) => [number, id]));

let channels: Channels;
let mails: MailServer;
let world: WholeWorld;

type Changes = Readonly<{ language?: string; members?: string; phone?: string }>;

/** 丙 learns until Friday 18:00, and is a member of the rotation from the edit on that says so. */
const config =
  ({ language = "zh", members = "a, b", phone = phones.c }: Changes = {}): WrittenConfig =>
  ({ directory, url }) =>
    `
language: ${language}
time_zone: Asia/Shanghai
server: { external_url: ${url}, listeners: { main: { listen: "${new URL(url).host}" } } }
storage: { path: ${directory}/watchfire.db }
services: { shop: { title: 商城, owner: web, policy: p1 } }
checks:
  checkout: { probe: http, title: 结算, target: "http://shop.test/checkout", service: shop, severity: critical }
  search: { probe: http, title: 搜索, target: "http://shop.test/search", service: shop, severity: warning }
people:
  a: { title: 值班甲, phone: "+86 ${phones.a}", dingtalk: user-a, reach: { critical: [voice, ops-chat], warning: [ops-chat] } }
  b: { title: 值班乙, phone: "+86 ${phones.b}", dingtalk: user-b, reach: { critical: [voice, ops-chat], warning: [ops-chat] } }
  c: { title: 新同事丙, phone: "+86 ${phone}", email: c@example.com, dingtalk: user-c, reach: { critical: [voice, ops-chat, mail], warning: [mail] } }
schedules:
  ops: { title: 运维值班, members: [${members}], every: 1w, handoff: "friday 18:00", starts: "2026-11-13", handover: [ops-chat], shadows: [{ person: c, to: "2026-11-27 18:00" }] }
policies:
  p1: { title: 一级, steps: [{ at: 0m, notify: [oncall/ops] }, { at: 5m, notify: [oncall/ops] }, { at: 10m, notify: [oncall/ops+1] }] }
receivers:
  ops-chat: { title: 运维群, to: [${channels.chatEntry()}] }
  voice: { title: 电话, to: [${channels.voiceEntry()}] }
  mail: { title: 邮件, to: [{ kind: email, host: 127.0.0.1, port: ${mails.port}, tls: none, from: watch@example.com, to: [log@example.com] }] }
route: { receiver: ops-chat, group_by: [service, alertname, check], group_wait: 0s, group_interval: 1m }
`;

beforeEach(async () => {
  channels = await Channels.start();
  mails = await MailServer.start({ tls: "none" });
});

afterEach(async () => {
  await world.stop();
  await Promise.all([channels.stop(), mails.stop()]);
});

async function begin(time: string, changes: Changes = {}): Promise<void> {
  world = await WholeWorld.start(config(changes), at(time));
  channels.open(() => world.clock.now());
}

/** Who was called, with what was said. */
const calls = (): readonly string[] => channels.calls(names);

/** What stands in the chat: one line per message, and who is mentioned. */
function chat(): readonly string[] {
  return channels
    .messages()
    .map(({ text, mentioned }) => [oneLine(text), ...mentioned.map((id) => `@${id}`)].join(" "));
}

/** The mails that 丙 got, as plain lines, links left out. */
function mailed(): readonly string[] {
  return mailsToC().map(oneLine);
}

function mailsToC(): readonly string[] {
  return mails.mails.filter(({ to }) => to.includes("c@example.com")).map(({ raw }) => textOf(raw));
}

function textOf(raw: string): string {
  const [, headers = "", part = ""] =
    /(?<=\r\n)(Content-Type: text\/plain.*?)\r\n\r\n(.*?)(?:\r\n--|$)/s.exec(raw) ?? [];
  if (headers.includes("base64")) return Buffer.from(part, "base64").toString("utf8");
  return decodeURIComponent(
    part
      .replaceAll("=\r\n", "")
      .replaceAll("%", "%25")
      .replaceAll(/=(?=[0-9A-F]{2})/g, "%"),
  );
}

const oneLine = (text: string): string => plainLines(text).replaceAll("\n", " ");

/** What `validate` says of people, by their id. */
async function unconfirmed(): Promise<readonly string[]> {
  const { error } = await world.command("validate");
  return [...error.matchAll(/people\.(\w+): nobody has ever answered a message to this person by ([\w, -]+);/g)].map(
    ([, person, receivers]) => `${person}: ${receivers}`,
  );
}

async function openIncident(): Promise<string> {
  const { out } = await world.command("incident", "list");
  return out.split(" ")[0] ?? "";
}

describe("stories/8 a new colleague joins the on-call rotation", () => {
  it("lets the learner hear with the person on call, and never rings for them", async () => {
    await begin("11-27 15:00");
    await world.run("checkout", broken);
    await world.pass(6 * minute);
    await world.run("checkout");
    await world.pass(2 * minute);

    expect(calls()).toEqual(["b: 严重 结算 状态码异常 15:00", "b: 严重 结算 状态码异常 15:00"]);
    const first =
      "严重 商城 结算 状态码异常 502 Bad Gateway http://shop.test/checkout 15:00 起 已打值班乙 15:00 → 15:05 再打";
    const end = "已恢复 商城 结算(历时 6 分) 当时:502 Bad Gateway http://shop.test/checkout 15:00 至 15:06";
    expect(chat()).toEqual([
      `${first} @user-b @user-b`,
      expect.stringContaining("已升级到值班乙"),
      expect.stringContaining(end),
    ]);
    expect(mailed()).toEqual([first, expect.stringContaining("15:10 值班甲"), end]);
    const told = await world.command("explain", "--past", "check=checkout");
    expect(told.out).toContain(
      "step 1 of 3 of 一级: 值班乙 by voice and ops-chat, 新同事丙 (copy) by ops-chat and mail",
    );
  });

  it("names addresses that nobody has answered by, until a drill through the whole chain has confirmed them", async () => {
    await begin("11-27 20:00", { members: "a, b, c" });
    expect(await unconfirmed()).toEqual(["a: voice", "b: voice", "c: mail, voice"]);
    const begun = await world.command("drill", "shop", "--by", "值班甲");
    await world.pass(10);
    const [link = ""] = /http:\S+\/i\/\S+/.exec(mailsToC()[0] ?? "") ?? [];
    const pressed = await world.press(link, { action: "comment", by: "新同事丙", comment: "收到" });
    expect(await unconfirmed()).toEqual(["a: voice", "b: voice", "c: voice"]);
    const incident = await openIncident();
    const unheard = await world.command("ack", incident, "--by", "b", "--reached-by", "voice");
    const taken = await world.command("ack", incident, "--by", "c", "--reached-by", "voice");
    await world.pass(6 * minute);

    expect(begun).toMatchObject({ code: 0, out: expect.stringContaining("the drill of shop has begun: policy p1") });
    expect([pressed, taken.code, taken.error]).toEqual([303, 0, ""]);
    expect(unheard).toMatchObject({
      code: 64,
      error: expect.stringContaining("was not told of this incident by voice"),
    });
    expect(await unconfirmed()).toEqual(["a: voice", "b: voice"]);
    expect((await world.command("oncall")).out).not.toContain("never confirmed: 新同事丙");
    await world.reload(config({ members: "a, b, c", phone: "13800000009" }));
    expect(await unconfirmed()).toEqual(["a: voice", "b: voice", "c: mail, voice"]);
  });

  it.each([
    ["zh", "【演练】", "演练严重 商城 - 20:00"],
    ["en", "DRILL ", "DRILL Critical 商城 - 20:00"],
  ])("marks every text of a drill as one, the call's too (%s)", async (language, mark, said) => {
    await begin("11-27 20:00", { members: "a, b, c", language });
    await world.command("drill", "shop", "--by", "a");
    await world.pass(11 * minute);
    const taken = await world.command("ack", await openIncident(), "--by", "a");
    await world.pass(6 * minute);

    expect(calls()).toEqual([`c: ${said}`, `c: ${said}`, `a: ${said}`]);
    expect(chat().map((text) => text.replace(/^\P{L}+(?=【)|^\P{L}+ /u, "").slice(0, mark.length))).toEqual(
      Array.from({ length: 5 }, () => mark),
    );
    expect(mailed().map((text) => text.slice(0, mark.length))).toEqual(Array.from({ length: 4 }, () => mark));
    expect(chat().at(-1)).toContain(language === "zh" ? "演练已结束" : "The drill is over");
    expect(taken.error).toContain("voice was never confirmed to reach you");
  });

  it("ends with exit code 1 where the drill does not tell everybody whom the chain names, or is held", async () => {
    await begin("11-27 20:00");
    const grave = await world.command("drill", "shop", "--by", "a");
    const over = await world.command("drill", "shop", "--end", "--by", "a");
    const mild = await world.command("drill", "shop", "--severity", "info", "--by", "a");
    await world.command("drill", "shop", "--end", "--by", "a");
    await world.command("silence", "add", "service=shop", "--for", "1h", "--comment", "repairs", "--by", "a");
    const held = await world.command("drill", "shop", "--by", "a");

    expect([grave.code, over.code, mild.code, held.code]).toEqual([0, 0, 1, 1]);
    expect(mild.error).toContain("Not as the chain means it: 值班甲 is not told of info");
    expect(held.error).toContain("Nobody is told of it while this lasts");
  });

  it("is handed the shift over, and is reached from then on by what each severity asks for", async () => {
    await begin("11-27 17:59", { members: "a, b, c" });
    await world.pass(2 * minute);
    const handover = "值班交接:新同事丙 运维值班:现在由新同事丙值班(此前 值班乙) 到 12-04 18:00 为止";
    expect(chat()).toEqual([handover]);
    expect(mailed()).toEqual([handover]);

    await world.run("search", broken);
    await world.pass(minute);
    expect([calls(), chat().length, mailed().at(-1)]).toEqual([
      [],
      2,
      expect.stringMatching(/^警告 商城 搜索 状态码异常/),
    ]);
    await world.run("checkout", broken);
    await world.pass(11 * minute);

    expect(calls()).toEqual(["c", "c", "a"].map((who) => `${who}: 严重 结算 状态码异常 18:02`));
    expect(chat()[2]).toContain("已打新同事丙 18:02 → 18:07 再打");
  });

  it("takes over for an hour by an exception, which is told when it begins and ends", async () => {
    await begin("11-27 16:00");
    const made = await world.command(
      "oncall",
      "override",
      "ops",
      "c",
      "--until",
      "1h",
      "--by",
      "b",
      "--comment",
      "练习",
    );
    await world.pass(minute);
    await world.run("checkout", broken);
    await world.pass(minute);
    const shown = await world.command("oncall", "ops");
    await world.run("checkout");
    await world.pass(60 * minute);

    expect(made.out).toContain(
      "新同事丙 is on call for ops from 2026-11-27 16:00:00 +08:00 to 2026-11-27 17:00:00 +08:00",
    );
    expect(calls()).toEqual(["c: 严重 结算 状态码异常 16:01"]);
    expect(shown.out).toContain("exception: 新同事丙");
    const handed = chat().filter((text) => text.includes("值班交接"));
    expect(handed).toEqual([
      "值班交接:新同事丙 运维值班:现在由新同事丙值班(此前 值班乙) 到 17:00 为止 由 值班乙 安排:新同事丙 代替 值班乙(练习)",
      "值班交接:值班乙 运维值班:现在由值班乙值班(此前 新同事丙) 到 18:00 为止 @user-b @user-b",
    ]);
  });
});
