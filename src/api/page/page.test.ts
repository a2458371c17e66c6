import { describe, expect, it } from "vitest";
import { hostileTexts } from "../../../test/support/samples/hostile-texts.ts";
import { checkOf, stateOf } from "../../../test/support/samples/sample-checks.ts";
import { badNight, badNightMs } from "../../../test/support/samples/sample-overview.ts";
import { subjectId } from "../../core/checks/result.ts";
import { type OverviewFacts, overviewOf } from "../overview.ts";
import { renderPage } from "./page.ts";

const settings = { language: "en", timeZone: "Asia/Shanghai", version: "1.2.3", isLive: true } as const;

const render = (facts: OverviewFacts, language: "en" | "zh" = "en") =>
  renderPage(overviewOf(facts, badNightMs), { ...settings, language });

describe("api/page/page", () => {
  it("shows the tiers side by side, the worst first, with state, reason, detail and age", () => {
    const page = render(badNight("en"));

    const order = [
      "Business",
      "Shop orders",
      "Applications",
      "Checkout",
      "Supplier A stock",
      "Intranet portal",
      "Shop home page",
      "New site",
      "Wiki",
      "Machines",
      "db-1",
    ];
    const positions = order.map((title) => page.indexOf(`>${title}<`));
    expect(positions.every((position, index) => position > (positions[index - 1] ?? 0))).toBe(true);
    expect(page).toContain("HTTP 502 Bad Gateway; expected 200-299");
    expect(page).toContain("for 19 min");
    expect(page).toContain("3 checks are down");
    expect(page).toContain("taken by Ann");
    expect(page).toContain("again after 30 s");
  });

  it("calls an incident as its messages do, with its gravest alert that fires, and says in Chinese what happened last", () => {
    const facts = badNight("zh");
    const [incident] = facts.incidents;
    if (incident === undefined) throw new Error("the sample is incomplete");
    const labels = { alertname: "CheckDown", check: "branch-1", tier: "application", severity: "critical" };
    const annotations = { title: "branch-1", service_title: "分公司站点", reason: "refused" };
    const firing = { fingerprint: "f1", labels, annotations, status: "firing", startsAtMs: 0, updatedAtMs: 0 } as const;
    const milder = { ...firing, fingerprint: "f2", labels: { ...labels, severity: "warning", check: "x" } };
    const over = { ...firing, fingerprint: "f3", status: "resolved", annotations: { title: "recovered" } } as const;
    const told = { atMs: 0, kind: "told", detail: "ops-chat: first notification" };
    const groupLabels = { alertname: "CheckDown" };
    const own = { ...incident, members: ["f3", "f2", "f1"], groupLabels, timeline: [told] };

    const page = render({ ...facts, incidents: [own], alerts: [over, milder, firing] }, "zh");
    expect(page).toContain(">分公司站点 拒绝连接</span>");
    expect(page).toContain("已通知 ops-chat(首次通知)");
    expect(page).not.toContain("CheckDown");

    expect(render({ ...facts, incidents: [own], alerts: [over] }, "zh")).toMatch(/>recovered[^<]*<\/span>/);
    const drill = { ...own, groupLabels: { drill: "true" } };
    expect(render({ ...facts, incidents: [drill], alerts: [firing] }, "zh")).toContain(">【演练】分公司站点 拒绝连接");
  });

  it("is not well while an incident is open of which no check tells, and says where nobody is told of anything", () => {
    const facts = badNight("en");
    const [incident] = facts.incidents;
    if (incident === undefined) throw new Error("the sample is incomplete");
    const calm = { ...facts, checks: [], states: new Map() };
    const warned = render({ ...calm, incidents: [{ ...incident, severity: "warning" }] });

    expect(render({ ...calm, incidents: [incident] })).toContain('<header class="top down">');
    expect(warned).toContain('<header class="top degraded">');
    expect(warned).toContain("<h1>1 incident is open</h1>");
    expect(warned).not.toContain("Nobody is told");
    expect(render({ ...calm, incidents: [incident, incident] }, "zh")).toContain("<h1>2 起故障未恢复</h1>");
    const blindRules = [{ rule: "low", metrics: ["<ordres>"] }];
    expect(render({ ...calm, incidents: [], blindRules })).toContain("low (&lt;ordres&gt;)");
    expect(render({ ...calm, incidents: [], sendsNothing: "held" })).toContain("started with --no-notify");
    expect(render({ ...calm, incidents: [], sendsNothing: "shadow" }, "zh")).toContain("正以影子模式运行");
  });

  it("shows who is on call by an exception that holds now, and none that does not", () => {
    const holding = {
      schedule: "Ops <1>",
      person: "Ann",
      fromMs: badNightMs - 60_000,
      toMs: badNightMs + 1_200_000,
      comment: "swap",
    };
    const later = { ...holding, person: "Bob", fromMs: badNightMs + 1_200_000, toMs: badNightMs + 1_300_000 };
    const page = render({ ...badNight("en"), exceptions: [holding, later] });

    expect(page).toContain("Ops &lt;1&gt;: Ann");
    expect(page).toContain("swap");
    expect(page).toContain("20 min left");
    expect(page).not.toContain("Bob");
  });

  it("shows maintenance under way and the changes of the last day, whatever their texts and links hold", () => {
    const change = { id: "c1", atMs: badNightMs - 600_000, text: "shop <v2.8>", services: ["shop"], by: "pipeline" };
    const run = {
      id: "shop",
      title: "Shop",
      byCommand: true,
      startedAtMs: badNightMs - 60_000,
      plannedEndMs: badNightMs + 1_200_000,
      announcedEndMs: badNightMs + 1_200_000,
      comment: "release",
      warned: false,
      seen: [],
    };
    const changes = [
      { ...change, link: 'https://ci.example.com/"x' },
      { ...change, id: "c2", text: "two days ago", atMs: badNightMs - 48 * 3_600_000 },
    ];
    const page = render({ ...badNight("en"), maintenance: [run], changes });

    expect(page).toContain("Maintenance, silences and changes");
    expect(page).toContain("20 min left");
    expect(page).toContain('<a href="https://ci.example.com/&quot;x" rel="noreferrer">shop &lt;v2.8&gt;</a>');
    expect(page).toContain("10 min ago · shop · pipeline");
    expect(page).not.toContain("two days ago");
    expect(render({ ...badNight("en"), silences: [] })).not.toContain("Maintenance, silences");
  });

  it("shows silences in force with matchers, reason, author and rest, whatever their texts hold", () => {
    const silence = {
      id: "s1",
      matchers: [{ name: "service", operator: "=~", value: 'shop|"<b>' } as const],
      startsAtMs: badNightMs - 60_000,
      endsAtMs: badNightMs + 3_600_000,
      updatedAtMs: badNightMs,
      createdBy: "<i>Ann</i>",
      comment: "<script>switch</script>",
    };
    const later = { ...silence, id: "s2", comment: "tomorrow", startsAtMs: badNightMs + 1 };
    const over = { ...silence, id: "s3", comment: "yesterday", endsAtMs: badNightMs };
    const page = render({ ...badNight("en"), silences: [later, over, silence] });

    expect(page).toContain("service&#61;~&quot;shop|\\&quot;&lt;b&gt;&quot;");
    expect(page).toContain("&lt;script&gt;switch&lt;/script&gt;");
    expect(page).toContain("1 h left · &lt;i&gt;Ann&lt;/i&gt;");
    expect(page).not.toMatch(/tomorrow|yesterday/);
  });

  it("shows budgets that run out, and how much is held for later", () => {
    const page = render(badNight("en"));

    expect(page).toContain(
      "<strong>Budget used up but for critical messages:</strong> voice: 85 of 100 messages today",
    );
    expect(page).toContain("<dt>Alerts held for later</dt><dd>2</dd>");
    expect(render({ ...badNight("en"), budgets: [], heldCount: 0 })).not.toMatch(/Budget|held for later/);
    expect(render(badNight("zh"), "zh")).toContain("voice:今天 85/100 条");
  });

  it("speaks Chinese when the config does", () => {
    const page = render(badNight("zh"), "zh");

    expect(page).toContain('<html lang="zh-CN">');
    expect(page).toContain("3 项检查故障");
    expect(page).toContain("已 19 分");
  });

  it("says that everything works, and that nothing is checked yet", () => {
    const check = checkOf({ id: "shop" });
    const key = subjectId({ check: "shop", target: "t1", location: "default" });
    const facts = { ...badNight("en"), incidents: [], deliveries: [] };

    expect(render({ ...facts, checks: [check], states: new Map([[key, stateOf(check)]]) })).toContain(
      "<h1>Everything works</h1>",
    );
    expect(render({ ...facts, checks: [] })).toContain("<h1>Nothing is checked yet</h1>");
    expect(render({ ...facts, checks: [check], states: new Map() })).toContain(
      "<h1>Waiting for the first results</h1>",
    );
  });

  it("says how many checks it left out rather than growing without end", () => {
    const checks = Array.from({ length: 700 }, (_, index) => checkOf({ id: `c${index}` }));
    const up = checks.slice(0, 550);
    const states = new Map(
      up.map((check) => [subjectId({ check: check.id, target: "t1", location: "default" }), stateOf(check)]),
    );

    const page = render({ ...badNight("en"), checks, states });

    expect(page).toContain("and 50 more");
    expect(page.match(/class="card /g)).toHaveLength(100);
  });

  it.each(hostileTexts)("keeps %j inert wherever it stands (F114)", (evil) => {
    const facts = badNight("en");
    const check = checkOf({
      id: "evil",
      title: evil,
      targets: [{ id: "t1", address: evil, display: `${evil}!`, labels: {} }],
      service: evil,
    });
    const key = subjectId({ check: "evil", target: "t1", location: "default" });
    const state = stateOf(check, { confirmed: "down", headline: { reason: "status", detail: evil } });
    const [incident] = facts.incidents;
    const [delivery] = facts.deliveries;
    if (incident === undefined || delivery === undefined) throw new Error("the sample is incomplete");

    const page = render({
      ...facts,
      env: evil,
      checks: [check],
      states: new Map([[key, state]]),
      incidents: [
        {
          ...incident,
          receiver: evil,
          groupLabels: { service: evil },
          timeline: [{ atMs: 0, kind: evil, detail: evil }],
        },
      ],
      deliveries: [{ ...delivery, receiver: evil, reason: evil, detail: evil }],
      storeTrouble: evil,
    });

    const benign = render({
      ...facts,
      env: "x",
      checks: [{ ...check, title: "x", service: "x", targets: [{ id: "t1", address: "x", display: "y", labels: {} }] }],
      states: new Map([[key, { ...state, headline: { reason: "status", detail: "x" } }]]),
      incidents: [
        { ...incident, receiver: "x", groupLabels: { service: "x" }, timeline: [{ atMs: 0, kind: "x", detail: "x" }] },
      ],
      deliveries: [{ ...delivery, receiver: "x", reason: "x", detail: "x" }],
      storeTrouble: "x",
    });
    // The same tags with the same attributes as for harmless text: nothing became markup.
    const tags = (text: string) => text.match(/<\/?[a-z!][^>]*>/gi);
    expect(tags(page)).toEqual(tags(benign));
    expect(page).not.toMatch(/[^\P{Cc}\n]|[\u202e\u2066]/u);
  });
});
