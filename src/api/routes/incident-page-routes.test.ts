import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { MemoryStore } from "../../../test/support/fakes/memory-store.ts";
import { hostileTexts } from "../../../test/support/samples/hostile-texts.ts";
import type { AlertingWorld } from "../../../test/support/worlds/alerting-world.ts";
import { checkOf, downFinding, resultOf } from "../../../test/support/worlds/alerting-world.ts";
import { type ApiHarness, noFacts, openTestApi, rawRequest } from "../../../test/support/worlds/api-harness.ts";
import { crewWorld, minuteMs } from "../../../test/support/worlds/escalation-world.ts";
import { emptyChange } from "../../core/store.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { type PageGrant, signPage } from "../page-tokens.ts";

const hostile = checkOf("shop", { service: "shop", failureThreshold: 1, title: hostileTexts.join(" ") });
const form = { "content-type": "application/x-www-form-urlencoded" };

let harness: ApiHarness;
let world: AlertingWorld;
let grant: PageGrant;

beforeEach(() => open());
afterEach(() => harness.api.close());

async function open(overrides: Partial<ApiDependencies> = {}): Promise<void> {
  await harness?.api.close();
  world = crewWorld({}, [hostile]);
  world.fail(hostile);
  world.advance(minuteMs);
  harness = await openTestApi(
    {},
    {
      alerting: () => world.engine.snapshot(),
      incident: async (asked) => world.loaded().incidents.find((each) => each.id === asked),
      escalation: () => world.config.escalation,
      perform: async (action) => world.perform(action),
      ...overrides,
    },
  );
  grant = {
    incident: world.loaded().incidents[0]?.id ?? "",
    actions: ["acknowledge", "unacknowledge", "snooze", "assign", "comment"],
    recipient: "a",
    expiresAtMs: harness.clock.now() + 12 * 60 * minuteMs,
  };
}

function path(changes: Partial<PageGrant> = {}, key = "page-key-of-the-tests"): string {
  return `/i/${signPage(key, { ...grant, ...changes })}`;
}

const press = (fields: Record<string, string>, at = path(), headers: Record<string, string> = form) =>
  rawRequest(harness.url, at, { method: "POST", headers, body: new URLSearchParams(fields).toString() });
const status = (): string | undefined => world.loaded().incidents[0]?.status;

describe("api/routes/incident-page-routes", () => {
  it("takes an answer of the person it was sent to for a proof of the address, and no other", async () => {
    const unconfirmed = () => world.engine.unconfirmed().map(({ person }) => person);

    await press({ action: "acknowledge", by: "Zoe" }, path({ receiver: "voice" }));
    expect(unconfirmed()).toEqual(["a", "b", "lead"]);
    await press({ action: "comment", by: "Person A", comment: "here" }, path({ receiver: "voice" }));

    expect(unconfirmed()).toEqual(["b", "lead"]);
  });

  it("shows the incident with a button for each action, without login, and changes nothing by that", async () => {
    const before = world.loaded();
    const answers = [await rawRequest(harness.url, path()), await rawRequest(harness.url, path(), { method: "HEAD" })];

    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    expect(answers[0]?.headers).toMatchObject({
      "cache-control": "no-store",
      "referrer-policy": "same-origin",
      "content-security-policy": expect.stringContaining("form-action 'self'"),
      "content-type": "text/html; charset=utf-8",
    });
    expect([...(answers[0]?.body ?? "").matchAll(/<button[^>]*value="(\w+)"/g)].map(([, action]) => action)).toEqual([
      "acknowledge",
      "snooze",
      "assign",
      "comment",
    ]);
    expect(answers[0]?.body).toContain('value="Person A"');
    expect(world.loaded()).toEqual(before);
  });

  it("shows what was seen in the newest run that was not all well, escaped (R1)", async () => {
    const store = new MemoryStore(new FakeClock(harness.clock.now()));
    const runs = [
      {
        ...resultOf(hostile, harness.clock.now() - 3000, [downFinding]),
        evidence: { status_line: "HTTP/1.1 500 Oops" },
      },
      {
        ...resultOf(hostile, harness.clock.now() - 2000, [downFinding]),
        evidence: { body: "<script>alert(1)</script>" },
      },
      resultOf(hostile, harness.clock.now() - 1000, [downFinding]),
    ];
    await store.commit({ ...emptyChange, results: runs });
    await open({ history: store, overview: () => ({ ...noFacts, checks: [hostile] }) });
    const shown = await rawRequest(harness.url, path());
    await open({ history: store });
    const unknown = await rawRequest(harness.url, path());

    expect(shown.body).toContain('<h2 id="evidence">What was seen</h2>');
    expect(shown.body).toContain("body: &lt;script&gt;alert(1)&lt;/script&gt;");
    expect(shown.body).not.toContain("500 Oops");
    expect(unknown.body).not.toContain("What was seen");
  });

  it("acts when a button is pressed, in the name of whom the link was sent to, and reloading acts no more", async () => {
    const answer = await press({ action: "acknowledge", by: "Person A", comment: "on it" });
    const target = new URL(String(answer.headers["location"]), `${harness.url}${path()}`);
    const after = await rawRequest(harness.url, `${target.pathname}${target.search}`);

    expect(answer.status).toBe(303);
    expect(status()).toBe("acknowledged");
    expect(world.loaded().incidents[0]?.acknowledgement).toMatchObject({ person: "a", by: "Person A" });
    expect(world.loaded().incidents[0]?.timeline.at(-1)).toMatchObject({ kind: "acknowledge", via: "page" });
    expect(after.body).toContain("It is yours now");
    expect(after.body).toContain("Give it back");
  });

  it("acts in the name that is written over, as in a chat where others see the link", async () => {
    await press({ action: "acknowledge", by: "Zoe" });

    expect(world.loaded().incidents[0]?.acknowledgement).toEqual(expect.objectContaining({ by: "Zoe" }));
    expect(world.loaded().incidents[0]?.acknowledgement).not.toHaveProperty("person");
  });

  it("puts off for the chosen time", async () => {
    await press({ action: "snooze", for: "2h", by: "Person A" });

    const { acknowledgement } = world.loaded().incidents[0] ?? {};
    expect(acknowledgement?.untilMs).toBe(harness.clock.now() + 120 * minuteMs);
  });

  it("assigns it to the person that is chosen, whom the page names as people do", async () => {
    const page = await rawRequest(harness.url, path());
    const answer = await press({ action: "assign", person: "b", by: "Person A" });

    expect(page.body).toContain('<option value="b">Person B</option>');
    expect(page.body).toContain(`shop · ${world.loaded().alerts[0]?.labels["instance"]}`);
    expect(answer.status).toBe(303);
    expect(world.loaded().incidents[0]).toMatchObject({ assignee: "b" });
    expect(world.outbox.at(-1)?.notification.recipient).toBe("b");
  });

  it.each([
    ["to assign it to nobody that is known", { action: "assign", by: "A", person: "ghost" }, 409],
    ["an action that the link does not allow", { action: "resolve", by: "A" }, 422],
    ["an action that there is not", { action: "explode", by: "A" }, 422],
    ["no name", { action: "acknowledge" }, 422],
    ["a time that is not offered", { action: "snooze", by: "A", for: "9w" }, 422],
    ["giving back what nobody has", { action: "unacknowledge", by: "A" }, 409],
  ])("refuses %s, and says so on the page", async (_, fields, expected) => {
    const answer = await press(fields);

    expect(answer.status).toBe(expected);
    expect(answer.body).toContain('class="notice"');
    expect(status()).toBe("open");
  });

  it("refuses forms from pages of other sites and bodies that are no form (R5, R11)", async () => {
    const foreign = await press({ action: "acknowledge", by: "A" }, path(), {
      ...form,
      origin: "https://evil.example",
    });
    const json = await press({ action: "acknowledge", by: "A" }, path(), { "content-type": "application/json" });

    expect([foreign.status, json.status]).toEqual([403, 415]);
    expect(status()).toBe("open");
  });

  it("says clearly when a link is too old, is not ours, or leads nowhere, and acts on none of them", async () => {
    const faults = [
      [path({ expiresAtMs: harness.clock.now() }), 410, "too old"],
      [path({}, "another key"), 404, "not one of ours"],
      [`${path()}x`, 404, "not one of ours"],
      [path({ incident: "gone" }), 410, "not there any more"],
    ] as const;
    for (const [at, code, words] of faults) {
      const answers = [await rawRequest(harness.url, at), await press({ action: "acknowledge", by: "A" }, at)];
      expect(answers.map((answer) => answer.status)).toEqual([code, code]);
      for (const answer of answers) expect(answer.body).toContain(words);
    }
    expect(status()).toBe("open");
  });

  it("says when it is over and offers nothing any more", async () => {
    world.run(hostile);
    world.advance(10 * minuteMs);
    const page = await rawRequest(harness.url, path());
    const pressed = await press({ action: "acknowledge", by: "Person A" });

    expect(status()).toBe("resolved");
    expect(page.body).toContain("It is over since");
    expect(page.body).not.toContain("<button");
    expect(pressed.status).toBe(409);
    expect(pressed.body).toContain("It is over since");
  });

  it("escapes everything that checks and people bring (R1)", async () => {
    await press({ action: "comment", by: "<b>Zoe</b>", comment: '"><script>alert(1)</script>' });
    const { body } = await rawRequest(harness.url, path());

    expect(body).not.toMatch(/<script|<img|<b>|onerror=/i);
    expect(body).toContain("&lt;b&gt;Zoe&lt;/b&gt;");
  });

  it("speaks the language of the config", async () => {
    await open({ language: () => "zh" });
    const { body } = await rawRequest(harness.url, path());
    const forged = await rawRequest(harness.url, "/i/x");

    expect(body).toContain("我来处理");
    expect(body).toContain('<html lang="zh-CN">');
    expect(forged.body).toContain("链接无效");
  });
});
