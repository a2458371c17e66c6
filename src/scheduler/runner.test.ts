import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fakes/fake-clock.ts";
import type { Probe, ProbeContext } from "../core/checks/probe.ts";
import type { Observation } from "../core/checks/result.ts";
import { type RunJob, startRun } from "./runner.ts";

const good: Observation = { findings: [], samples: [] };
const never = new Promise<never>(() => {});

function job(run: (context: ProbeContext) => Promise<Observation>, extra: Partial<RunJob> = {}): RunJob {
  const probe: Probe = { run, close: () => Promise.resolve() };
  return {
    key: { check: "shop", target: "t1", location: "default", slotMs: 1000 },
    trigger: "schedule",
    target: { id: "t1", address: "http://shop/", display: "http://shop/", labels: {} },
    probe,
    timeoutMs: 10_000,
    memory: undefined,
    startedAtMs: 1000,
    ...extra,
  };
}

describe("scheduler/runner", () => {
  it("sums the phases and takes the verdict from the findings", async () => {
    const clock = new FakeClock();
    const run = startRun(
      job(async (context) => {
        for (const [phase, takesMs] of [
          ["resolve", 5],
          ["connect", 20],
          ["resolve", 7],
          ["processing", 100],
        ] as const) {
          context.phase(phase);
          await clock.sleep(takesMs);
        }
        context.note("four phases");
        return { ...good, findings: [{ is: "down", reason: "status", detail: "HTTP 502" }], evidence: { status: 502 } };
      }),
      clock,
    );
    await clock.advance(200);

    expect(await run.outcome).toMatchObject({
      result: {
        slotMs: 1000,
        verdict: "down",
        headline: { reason: "status" },
        evidence: { status: 502 },
        durationMs: 132,
        phasesMs: { resolve: 12, connect: 20, processing: 100 },
      },
      notes: ["four phases"],
      abandoned: false,
      threw: false,
    });
    expect(clock.pendingTimers).toBe(0);
  });

  it.each([
    ["resolve", "down", "dns_timeout"],
    ["connect", "down", "connect_timeout"],
    ["tls", "down", "tls_timeout"],
    ["processing", "down", "ttfb_timeout"],
    ["transfer", "down", "body_timeout"],
    ["dialogue", "down", "timeout"],
    ["local", "unknown", "overload"],
    ["proxy", "unknown", "proxy"],
  ] as const)("records a deadline in phase %s as %s(%s), and aborts the signal", async (phase, verdict, reason) => {
    const clock = new FakeClock();
    const run = startRun(
      job((context) => {
        context.phase(phase);
        return new Promise((resolve) => {
          context.signal.addEventListener("abort", () =>
            resolve({ findings: [{ is: "down", reason: "reset", detail: "cut" }], samples: [], evidence: "late" }),
          );
        });
      }),
      clock,
    );
    await clock.advance(10_000);

    expect(await run.outcome).toMatchObject({
      result: {
        verdict,
        headline: { reason, phase },
        durationMs: 10_000,
        phasesMs: { [phase]: 10_000 },
        evidence: "late",
      },
      abandoned: false,
    });
  });

  it("says in which part of the probe the deadline fell, and not what came after it", async () => {
    const clock = new FakeClock();
    const run = startRun(
      job((context) => {
        context.phase("connect", "step login");
        context.phase("processing", "step pay");
        context.signal.addEventListener("abort", () => context.phase("connect", "step thanks"));
        return new Promise(() => {});
      }),
      clock,
    );
    await clock.advance(20_000);

    expect((await run.outcome).result.headline?.detail).toBe(
      "step pay: not finished within 10s: the deadline fell in phase processing",
    );
  });

  it("leaves a unit that does not settle alone two seconds after the deadline", async () => {
    const clock = new FakeClock();
    const run = startRun(
      job(() => never),
      clock,
    );
    let ended = false;
    void run.outcome.then(() => (ended = true));

    await clock.advance(11_999);
    expect(ended).toBe(false);
    await clock.advance(1);

    expect(await run.outcome).toMatchObject({
      abandoned: true,
      result: { verdict: "down", headline: { reason: "timeout" }, durationMs: 10_000 },
    });
  });

  it("keeps deadlines that are longer than a timer", async () => {
    const clock = new FakeClock();
    const run = startRun(
      job(() => never, { timeoutMs: 300_000 }),
      clock,
    );

    await clock.advance(302_000);

    expect((await run.outcome).result.durationMs).toBe(300_000);
  });

  it("contains a throw as unknown(internal), before and not after the deadline", async () => {
    const clock = new FakeClock();
    const early = startRun(
      job(() => Promise.reject(new Error("x is undefined"))),
      clock,
    );
    const late = startRun(
      job(
        (context) =>
          new Promise((_, reject) => context.signal.addEventListener("abort", () => reject(new Error("aborted")))),
      ),
      clock,
    );
    await clock.advance(10_000);

    expect(await early.outcome).toMatchObject({
      threw: true,
      result: {
        verdict: "unknown",
        headline: { reason: "internal", detail: expect.stringContaining("x is undefined") },
      },
    });
    expect(await late.outcome).toMatchObject({ threw: false, result: { headline: { reason: "timeout" } } });
  });

  it("contains a probe that throws before it promises", async () => {
    const run = startRun(
      job(() => {
        throw new Error("at once");
      }),
      new FakeClock(),
    );

    expect(await run.outcome).toMatchObject({ threw: true, result: { headline: { reason: "internal" } } });
  });

  it("hands memory through up to 4 KiB, and calls more an internal error", async () => {
    const clock = new FakeClock();
    const fits = "界".repeat(1364);
    const small = await startRun(
      job(async () => ({ ...good, memory: fits })),
      clock,
    ).outcome;
    const large = await startRun(
      job(async () => ({ ...good, memory: `${fits}界` })),
      clock,
    ).outcome;

    expect(small.result).toMatchObject({ verdict: "up", memory: fits });
    expect(large.result).toMatchObject({ verdict: "unknown", headline: { reason: "internal" } });
    expect(large.result).not.toHaveProperty("memory");
  });

  it("keeps evidence only of bad runs and of those made by hand, within 16 KiB", async () => {
    const clock = new FakeClock();
    const evidence = { body: "x".repeat(50_000), headers: { server: "nginx" } };
    const bad: Observation = { ...good, findings: [{ is: "down", reason: "keyword", detail: "no word" }], evidence };
    const up = await startRun(
      job(async () => ({ ...good, evidence })),
      clock,
    ).outcome;
    const manual = await startRun(
      job(async () => ({ ...good, evidence: "seen" }), { trigger: "manual" }),
      clock,
    ).outcome;
    const down = await startRun(
      job(async () => bad),
      clock,
    ).outcome;
    const tooManyKeys = await startRun(
      job(async () => ({ ...bad, evidence: Array.from({ length: 20_000 }, () => 1) })),
      clock,
    ).outcome;

    expect(up.result).not.toHaveProperty("evidence");
    expect(manual.result.evidence).toBe("seen");
    expect(JSON.stringify(down.result.evidence).length).toBeLessThanOrEqual(16_384);
    expect(down.result.evidence).toMatchObject({ headers: { server: "nginx" } });
    expect(tooManyKeys.result.evidence).toEqual({ omitted: "the evidence is larger than 16 KiB" });
  });

  it("cuts long details to 500 characters and never splits a character", async () => {
    const detail = `${"a".repeat(498)}😀${"b".repeat(100)}`;
    const { result } = await startRun(
      job(async () => ({ ...good, findings: [{ is: "down", reason: "status", detail }] })),
      new FakeClock(),
    ).outcome;

    expect(result.headline?.detail).toBe(`${"a".repeat(498)}…`);
  });

  it("keeps the verdict of a finding that stands behind a hundred flaws", async () => {
    const flaw = { is: "flaw", severity: "info", reason: "image_missing", detail: "logo.png" } as const;
    const findings = [
      ...Array.from({ length: 150 }, () => flaw),
      { is: "down", reason: "keyword", detail: "no word" } as const,
    ];
    const { result } = await startRun(
      job(async () => ({ ...good, findings })),
      new FakeClock(),
    ).outcome;

    expect(result.verdict).toBe("down");
    expect(result.findings).toHaveLength(101);
  });

  it("ends early when it is cancelled", async () => {
    const clock = new FakeClock();
    const run = startRun(
      job((context) => new Promise((resolve) => context.signal.addEventListener("abort", () => resolve(good)))),
      clock,
    );

    run.cancel();

    expect((await run.outcome).result.durationMs).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});
