import { describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, checkOf, downFinding } from "../../../test/support/worlds/alerting-world.ts";
import { parseMatchers } from "../../core/matching/matcher.ts";
import type { MatcherText } from "../../core/matching/matcher-text.ts";
import type { SilenceWish } from "./check-silence.ts";
import { expireSilence, type SilenceOutcome, setSilence } from "./silence-actions.ts";

const shop = checkOf("shop", { service: "shop", failureThreshold: 1 });
const wiki = checkOf("wiki", { service: "wiki", failureThreshold: 1, severity: "warning" });
const minuteMs = 60_000;
const hourMs = 3_600_000;
const route = { receiver: "ops", group_by: ["tier"], group_wait: "10s", group_interval: "1m", repeat_interval: "12h" };

function world(sections: object = {}): AlertingWorld {
  return new AlertingWorld(alertingConfigOf([shop, wiki], { route, ...sections }));
}

function matchersOf(text: string): readonly MatcherText[] {
  const parsed = parseMatchers(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value.map(({ name, operator, value }) => ({ name, operator, value }));
}

function wishOf(one: AlertingWorld, matchers: string, changes: Partial<SilenceWish> = {}): SilenceWish {
  return {
    matchers: matchersOf(matchers),
    startsAtMs: one.nowMs,
    endsAtMs: one.nowMs + hourMs,
    createdBy: "li",
    comment: "moving racks",
    ...changes,
  };
}

function silence(one: AlertingWorld, matchers: string, changes: Partial<SilenceWish> = {}): string {
  return idOf(one.perform(setSilence(wishOf(one, matchers, changes))));
}

function idOf(outcome: SilenceOutcome): string {
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.silence.id;
}

describe("alerting/silences", () => {
  it.each([
    "service=shop",
    'check=~"sh.*"',
    "check!=wiki",
    "check!~wiki,tier=application",
    '{instance="http://shop/"}',
  ])("mutes what fits %s, tells the rest, and catches up at its end", (matchers) => {
    const one = world();
    silence(one, matchers);

    one.fail(shop);
    one.fail(wiki);
    one.advance(30 * minuteMs);
    expect(one.outbox.map(({ notification }) => notification.alerts.map(({ labels }) => labels["check"]))).toEqual([
      ["wiki"],
    ]);
    one.advance(hourMs);

    expect(one.told).toEqual(["ops: first notification 1/0", "ops: new alerts added 2/0"]);
  });

  it("records the silence with its id, author and comment as the reason", () => {
    const one = world();
    const id = silence(one, "service=shop");

    one.fail(shop);
    one.advance(minuteMs);

    expect(one.decisions.find(({ stage }) => stage === "muting")).toMatchObject({
      outcome: "mute",
      by: `silence/${id}`,
      because: `silence ${id} of li: "moving racks" until 2026-11-23T03:00:00.000Z`,
    });
  });

  it("mutes nothing before it begins and nothing after it was expired", () => {
    const one = world();
    const id = silence(one, "service=shop", { startsAtMs: one.nowMs + 30 * minuteMs });
    one.fail(shop);
    one.advance(minuteMs);
    expect(one.told).toEqual(["ops: first notification 1/0"]);
    one.run(shop);
    one.advance(40 * minuteMs);

    one.fail(shop);
    one.advance(2 * minuteMs);
    expect(one.told).toHaveLength(2);
    one.perform(expireSilence(id, "li"));
    one.advance(10_000);

    expect(one.told.slice(1)).toEqual(["ops: all alerts resolved 0/1", "ops: first notification 1/0"]);
  });

  it("tells the recovery of what was told before it was silenced (trap 1)", () => {
    const one = world();
    one.fail(shop);
    one.advance(minuteMs);
    silence(one, "service=shop");

    one.run(shop);
    one.advance(2 * minuteMs);

    expect(one.told).toEqual(["ops: first notification 1/0", "ops: all alerts resolved 0/1"]);
  });

  it("tells the next outage although the silence that hid the end of the last is gone (trap 2)", () => {
    const one = world();
    one.fail(shop);
    one.advance(minuteMs);
    const id = silence(one, "service=shop");
    one.run(shop);
    one.run(shop, downFinding);
    one.advance(2 * minuteMs);
    expect(one.told).toHaveLength(1);

    one.perform(expireSilence(id, "li"));
    one.advance(2 * minuteMs);

    expect(one.told).toEqual(["ops: first notification 1/0", "ops: fired again 1/0"]);
  });

  it("never tells what fired and ended within it", () => {
    const one = world();
    silence(one, "service=shop");

    one.fail(shop);
    one.advance(minuteMs);
    one.run(shop);
    one.advance(2 * hourMs);

    expect(one.told).toEqual([]);
    expect(one.decisions.at(-1)).toMatchObject({ because: "fired and resolved while it was muted" });
  });

  it("explains nothing: what a silenced alert inhibits is told", () => {
    const one = world({ inhibit_rules: { shop: { source: ["service=shop"], target: ["service=wiki"] } } });
    silence(one, "service=shop");

    one.fail(shop);
    one.fail(wiki);
    one.advance(minuteMs);

    expect(one.told).toEqual(["ops: first notification 1/0"]);
  });

  it("releases what a source inhibits at the moment a waiting silence covers the source", () => {
    const one = world({ inhibit_rules: { shop: { source: ["service=shop"], target: ["service=wiki"] } } });
    silence(one, "service=shop", { startsAtMs: one.nowMs + 30 * minuteMs });
    one.fail(shop);
    one.fail(wiki);
    one.advance(29 * minuteMs);
    expect(one.told).toEqual(["ops: first notification 1/0"]);

    one.advance(2 * minuteMs);

    expect(one.told).toEqual(["ops: first notification 1/0", "ops: new alerts added 1/0"]);
  });

  it("holds on over a restart and a reload, and ends on time all the same", () => {
    const one = world();
    silence(one, "service=shop");
    one.fail(shop);
    one.advance(minuteMs);

    one.restart();
    one.reload(one.config);
    one.advance(57 * minuteMs);
    expect(one.told).toEqual([]);
    one.advance(3 * minuteMs);

    expect(one.told).toEqual(["ops: first notification 1/0"]);
    expect(one.outbox[0]?.notification.createdAtMs).toBe(Date.UTC(2026, 10, 23, 3));
  });

  it.each<[string, Partial<SilenceWish>, string | true]>([
    ["a longer time", { endsAtMs: Date.UTC(2026, 10, 23, 9) }, true],
    ["another comment", { comment: "longer than we thought" }, true],
    ["a start in the same second", { startsAtMs: Date.UTC(2026, 10, 23, 2, 0, 0, 999) }, true],
    ["another start", { startsAtMs: Date.UTC(2026, 10, 23, 2, 7) }, "id-2"],
    ["another matcher", { matchers: matchersOf("service=wiki") }, "id-2"],
    ["the matchers in another order", { matchers: matchersOf("tier=application,service=shop") }, "id-2"],
  ])("changed by %s, it keeps its id only where it stays the same silence", (_what, changes, next) => {
    const one = world();
    const wish = wishOf(one, "service=shop,tier=application");
    const id = idOf(one.perform(setSilence(wish)));
    one.advance(5 * minuteMs);

    const changed = idOf(one.perform(setSilence({ ...wish, ...changes, id })));

    expect(changed === id).toBe(next === true);
    const states = one.engine.snapshot().silences.map((each) => [each.id, each.endsAtMs > one.nowMs]);
    expect(states).toEqual(
      next === true
        ? [[id, true]]
        : [
            [id, false],
            [changed, true],
          ],
    );
  });

  it("never revives an expired one: the answer is a new silence that begins now", () => {
    const one = world();
    const wish = wishOf(one, "service=shop");
    const id = idOf(one.perform(setSilence(wish)));
    one.perform(expireSilence(id, "li"));
    one.advance(minuteMs);

    const again = one.perform(setSilence({ ...wish, id }));

    expect(again).toMatchObject({ ok: true, silence: { startsAtMs: one.nowMs } });
    expect(idOf(again)).not.toBe(id);
  });

  it("moves a waiting one in place, and expiring it before it began leaves nothing of it", () => {
    const one = world();
    const wish = wishOf(one, "service=shop", { startsAtMs: one.nowMs + hourMs, endsAtMs: one.nowMs + 2 * hourMs });
    const id = idOf(one.perform(setSilence(wish)));

    const moved = one.perform(setSilence({ ...wish, id, startsAtMs: one.nowMs + 30 * minuteMs }));
    expect(moved).toMatchObject({ silence: { id, startsAtMs: one.nowMs + 30 * minuteMs } });
    one.perform(expireSilence(id, "li"));

    expect(one.engine.snapshot().silences).toMatchObject([{ startsAtMs: one.nowMs, endsAtMs: one.nowMs }]);
    expect(one.perform(expireSilence(id, "li"))).toMatchObject({ ok: true });
  });

  it.each<[Partial<SilenceWish>, string]>([
    [{ endsAtMs: Date.UTC(2026, 10, 23, 2) }, "start time must be before end time"],
    [{ startsAtMs: 1, endsAtMs: 2 }, "end time can't be in the past"],
    [{ matchers: [] }, "invalid silence: at least one matcher required"],
    [{ matchers: matchersOf('service=~"shop|"') }, "at least one matcher must not match the empty string"],
    [{ matchers: matchersOf('service=""') }, "at least one matcher must not match the empty string"],
    [{ matchers: [{ name: "a", operator: "=~", value: "(?=x)" }] }, "is no RE2 pattern"],
    [{ comment: "x".repeat(20_000) }, "larger than 16 KiB"],
    [{ id: "nobody-knows-it" }, "silence not found"],
  ])("refuses %j and says why", (changes, words) => {
    const one = world();

    const outcome = one.perform(setSilence(wishOf(one, "service=shop", changes)));

    expect(outcome).toMatchObject({ ok: false, message: expect.stringContaining(words) });
    expect(one.engine.snapshot().silences).toEqual([]);
  });

  it("takes five hundred that name no label value, and more of those that do", () => {
    const one = world();
    const fill = (count: number, matchersAt: (index: number) => SilenceWish["matchers"]): SilenceOutcome => {
      for (let index = 1; index < count; index += 1)
        one.perform(setSilence(wishOf(one, "service=shop", { matchers: matchersAt(index) })));
      return one.perform(setSilence(wishOf(one, "service=shop", { matchers: matchersAt(count) })));
    };

    expect(fill(500, (index) => [{ name: "host", operator: "=~", value: `db-${index}.*` }])).toMatchObject({
      ok: true,
    });
    expect(fill(1, () => matchersOf("host!=db-1"))).toMatchObject({
      ok: false,
      problem: "limit",
      message: expect.stringContaining("name a label and its value"),
    });
    expect(fill(1, () => matchersOf("host=db-1"))).toMatchObject({ ok: true });
  });

  it("is remembered for five days after its end and then forgotten, in the store too", () => {
    const one = world();
    silence(one, "service=shop");
    const wakeAfter = (days: number): void => {
      one.advance(days * 24 * hourMs);
      one.apply(one.engine.flush(one.nowMs));
    };

    wakeAfter(5);
    expect(one.loaded().records.map(({ kind }) => kind)).toEqual(["config", "watched", "silence"]);
    wakeAfter(0.1);

    expect(one.engine.snapshot().silences).toEqual([]);
    expect(one.loaded().records.map(({ kind }) => kind)).toEqual(["config", "watched"]);
  });
});
