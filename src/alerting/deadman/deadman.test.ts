import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import type { NotifyAnswer, NotifyRequest } from "../../core/ports/notify-http.ts";
import { DeadmanPing } from "./deadman-ping.ts";
import { deadmanSchema } from "./deadman-schema.ts";
import { shouldPing, stalledParts } from "./should-ping.ts";

const fine: NotifyAnswer = { ok: true, status: 200, headers: {}, body: "OK" };
const settings = deadmanSchema.parse({
  url: "https://hc.example.com/ping/SECRET",
  every: "30s",
  proxy: "http://p.example:3128",
});

function started(answer: () => NotifyAnswer | Promise<NotifyAnswer>, progressAtMs?: number) {
  const clock = new FakeClock();
  const requests: NotifyRequest[] = [];
  const told: string[] = [];
  let atMs = (): number => progressAtMs ?? clock.now();
  const ping = new DeadmanPing(settings, {
    clock,
    http: {
      async request(request, signal) {
        requests.push(request);
        const aborted = new Promise<NotifyAnswer>((resolve) =>
          signal.addEventListener("abort", () => resolve({ ok: false, reason: "timeout", detail: "late", sent: true })),
        );
        return Promise.race([answer(), aborted]);
      },
    },
    progress: () => ({ schedulingAtMs: clock.now(), storingAtMs: clock.now(), sendingAtMs: atMs() }),
    hooks: {
      onTrouble: (trouble) => told.push(trouble === undefined ? "works" : `${trouble.reason} ${trouble.detail}`),
      onHeld: (stalled) => told.push(`held ${stalled.join()}`),
    },
  });
  ping.start();
  const sendingAt = (ms: number | undefined): void => {
    atMs = () => ms ?? clock.now();
  };
  return { clock, requests, told, ping, sendingAt };
}

describe("alerting/deadman", () => {
  it("pings once a period while everything makes progress", async () => {
    const { clock, requests, told, ping } = started(() => fine);

    await clock.advance(90_000);

    expect(requests.map(({ method, url, proxy }) => `${method} ${url} ${proxy}`)).toEqual(
      Array(3).fill("GET https://hc.example.com/ping/SECRET http://p.example:3128"),
    );
    expect(told).toEqual([]);
    await ping.stop();
    await clock.advance(90_000);
    expect(requests).toHaveLength(3);
  });

  it("falls silent when sending stands still, and goes on when it moves", async () => {
    const { clock, requests, told, sendingAt } = started(() => fine);
    await clock.advance(30_000);
    sendingAt(clock.now());
    await clock.advance(120_000);
    expect(requests).toHaveLength(5);

    await clock.advance(300_000);
    expect(requests).toHaveLength(5);
    sendingAt(undefined);
    await clock.advance(30_000);

    expect(requests).toHaveLength(6);
    expect(told).toEqual(["held sending", "held "]);
  });

  it("tells trouble after three failures in a row, once, and its end", async () => {
    let answer: NotifyAnswer = { ok: true, status: 404, headers: {}, body: "" };
    const { clock, told } = started(() => answer);

    await clock.advance(60_000);
    expect(told).toEqual([]);
    await clock.advance(120_000);
    answer = fine;
    await clock.advance(30_000);

    expect(told).toEqual(["unexpected_answer HTTP 404", "works"]);
  });

  it("ends a ping that hangs after ten seconds", async () => {
    const { clock, requests, told } = started(() => new Promise(() => {}));

    await clock.advance(130_000);

    expect(requests.length).toBeGreaterThanOrEqual(3);
    expect(told).toEqual(["timeout late"]);
  });

  it("stops at once, even during a ping", async () => {
    const { clock, ping, told } = started(() => new Promise(() => {}));
    await clock.advance(31_000);

    await ping.stop();

    expect(told).toEqual([]);
  });

  it("never pings for a part that has stood still too long, and always for none", () => {
    const age = fc.integer({ min: 0, max: 600_000 });
    fc.assert(
      fc.property(age, age, age, (scheduling, storing, sending) => {
        const nowMs = 1_000_000_000;
        const progress = {
          schedulingAtMs: nowMs - scheduling,
          storingAtMs: nowMs - storing,
          sendingAtMs: nowMs - sending,
        };
        const expected = scheduling <= 60_000 && storing <= 120_000 && sending <= 120_000;
        return shouldPing(progress, nowMs) === expected && (stalledParts(progress, nowMs).length === 0) === expected;
      }),
    );
  });

  it.each([
    [{ url: "x" }, /no URL/],
    [{ url: "https://a.example", every: "1s" }, /out of range/],
    [{ url: "https://a.example", period: "1m" }, /period/],
  ])("refuses %j", (section, problem) => {
    expect(deadmanSchema.safeParse(section).error?.message).toMatch(problem);
  });

  it("pings every minute by default", () => {
    expect(deadmanSchema.parse({ url: "https://a.example" }).every).toBe(60_000);
  });

  it("has a README example that the schema takes", () => {
    const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
    const example = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1]?.replace(/\$\{\w+:-([^}]*)\}/g, "$1") ?? "";

    expect(deadmanSchema.safeParse((parse(example) as Readonly<{ deadman: unknown }>).deadman).error).toBeUndefined();
  });
});
