import { beforeEach, describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, checkOf, receiverOf } from "../../../test/support/worlds/alerting-world.ts";
import { withMetaRoute } from "../../alerting/delivery/config/meta-schema.ts";
import { routeSchema } from "../../alerting/routing/route-schema.ts";
import { buildRouteTree } from "../../alerting/routing/route-tree.ts";
import type { Missed } from "../../core/checks/result.ts";
import { composeMessage, plainTextOf } from "../../core/message/message.ts";
import { saidIn } from "../../core/message/said.ts";
import { SelfWatch } from "./self-watch.ts";
import { Trouble } from "./trouble.ts";

const startMs = Date.UTC(2026, 10, 23, 2);
const calm = { stalledMs: 0 };
let told: string[];
let watch: SelfWatch;

beforeEach(() => {
  told = [];
  watch = new SelfWatch({
    set: (component, said) => void told.push(`${component}: ${said === undefined ? "over" : saidIn(said, "en")}`),
  });
});

const missed = (count: number, reason: Missed["reason"]): Missed => ({
  check: "c",
  target: "t",
  location: "default",
  fromSlotMs: 0,
  toSlotMs: 1,
  count,
  reason,
});

describe("app/daemon/self-watch", () => {
  it.each<[reason: Missed["reason"], component: string]>([
    ["overload", "overload"],
    ["suspended", "schedule"],
  ])("raises one trouble for many runs missed by %s, and ends it when they have stopped", (reason, component) => {
    watch.note([missed(9, reason)], calm, startMs);
    expect(told).toEqual([]);

    for (let second = 10; second <= 60; second += 10) watch.note([missed(5, reason)], calm, startMs + second * 1000);
    expect(told).toEqual([expect.stringMatching(new RegExp(`^${component}: 14 runs within five minutes`))]);

    for (let second = 70; second <= 400; second += 10) watch.note([], calm, startMs + second * 1000);
    expect(told.slice(1)).toEqual([`${component}: over`]);
  });

  it("raises trouble when the process stands still too much, and not for one short stall (F63)", () => {
    watch.note([], { stalledMs: 2500 }, startMs);
    expect(told).toEqual([]);

    watch.note([], { stalledMs: 4500 }, startMs + 20_000);

    expect(told).toEqual(["stall: the process stood still for 7 s of five minutes: too little CPU"]);
  });

  it("raises one trouble when several checks find nothing left on this machine, and ends it when none does (F15)", () => {
    const need = (check: string, reason: "local_resources" | "permission" = "local_resources") => ({
      check,
      headline: { is: "unknown", reason, detail: "" } as const,
    });
    const turn = (second: number, ...results: readonly ReturnType<typeof need>[]): void => {
      watch.noteResults(results, startMs + second * 1000);
      watch.note([], calm, startMs + second * 1000);
    };

    turn(0, need("a"), need("b"), need("a"), need("c", "permission"));
    turn(10, need("a"), need("b"));
    expect(told).toEqual([]);
    turn(20, need("c"));
    turn(30, need("d"));
    expect(told).toEqual([expect.stringMatching(/^resources: 3 checks found no descriptors/)]);
    turn(300, need("e"));
    turn(599);
    expect(told).toHaveLength(1);
    turn(610);
    expect(told.slice(1)).toEqual(["resources: over"]);
  });

  it("overload is an alert of the daemon about itself: told once by the receiver of meta, never as an outage, and over when runs are done again", () => {
    const checked = checkOf("shop", { failureThreshold: 1 });
    const route = buildRouteTree(withMetaRoute(routeSchema.parse({ receiver: "ops" }), { receiver: "own" }));
    const receivers = { ops: receiverOf(true), own: receiverOf(true) };
    const world = new AlertingWorld({ ...alertingConfigOf([checked], {}, receivers), route, locale: "zh" });
    const said = (): void => {};
    const trouble = new Trouble({
      engine: world.engine,
      clock: { now: () => world.nowMs, monotonicMs: () => world.nowMs, sleep: async () => {}, setTimer: () => said },
      log: { debug: said, info: said, warn: said, error: said },
      commit: (change) => world.apply(change),
    });
    const own = new SelfWatch(trouble);
    const pass = (count: number): void => {
      own.note(count === 0 ? [] : [missed(count, "overload")], calm, world.nowMs);
      world.advance(10_000);
    };
    for (let turn = 0; turn < 6; turn += 1) pass(20);
    for (let turn = 0; turn < 60; turn += 1) pass(0);

    expect(world.told).toEqual(["own: first notification 1/0", "own: all alerts resolved 0/1"]);
    const [first = "", over = ""] = world.outbox.map(({ notification }) =>
      plainTextOf(composeMessage({ ...notification, externalUrl: "" })),
    );
    expect(first).toMatch(/^警告 监控自身 负载过高\n五分钟内有 20 次检查没有执行:到期的超过本机的能力\n/);
    expect(over).toMatch(/^已恢复 监控自身/);
    expect(world.loaded().checkStates).toEqual([]);
  });

  it("takes no stop and no reload for trouble", () => {
    watch.note([missed(99, "shutdown"), missed(99, "reload")], calm, startMs);

    expect(told).toEqual([]);
  });
});
