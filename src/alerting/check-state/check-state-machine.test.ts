import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkOf,
  downFinding,
  resultOf,
  slowFinding,
  unknownFinding,
} from "../../../test/support/worlds/alerting-world.ts";
import type { CheckState } from "../../core/checks/check-state.ts";
import type { Finding } from "../../core/checks/finding.ts";
import { checkStateMachine, initialCheckState, type StateSettings } from "./check-state-machine.ts";

const check = checkOf("shop");
const key = { check: "shop", target: "shop-target", location: "default" };
const settings: StateSettings = { failureThreshold: 3, successThreshold: 2, retryIntervalMs: 15_000 };
const criticalSlow: Finding = { is: "flaw", severity: "critical", reason: "slow", detail: "took 9 s" };

function play(runs: readonly (readonly Finding[])[], chosen: StateSettings = settings): CheckState {
  const next = checkStateMachine(chosen);
  return runs.reduce<CheckState>(
    (state, findings, index) => next(state, resultOf(check, index + 1, findings), index + 1).state,
    initialCheckState(key, 0),
  );
}

function thrice(...findings: readonly Finding[]): readonly (readonly Finding[])[] {
  return [findings, findings, findings];
}

const up: readonly Finding[] = [];
const down = [downFinding];
const unknown = [unknownFinding];

describe("alerting/check-state", () => {
  it.each([
    ["is up at the first good run", [up], "up"],
    ["stays unknown below the threshold", [down, down], "unknown"],
    ["is down at the threshold", [up, down, down, down], "down"],
    ["needs the runs in a row", [up, down, down, up, down, down], "up"],
    ["does not let unknown runs break the row", [up, down, down, unknown, down], "down"],
    ["does not count unknown runs (I5)", [up, down, down, unknown, unknown, unknown], "up"],
    ["stays down below the success threshold", [down, down, down, up], "down"],
    ["is up again at the success threshold", [down, down, down, up, up], "up"],
  ])("%s", (_behaviour, runs, confirmed) => {
    expect(play(runs).confirmed).toBe(confirmed);
  });

  it.each([
    ["is down at N of M, whatever lies between", [up, down, up, down, up, down], "down"],
    ["does not count runs that left the window", [down, up, up, down, up, up, down], "up"],
    ["lets unknown runs take no place in the window", [up, down, up, unknown, unknown, down, up, down], "down"],
    ["stays down while the window still holds N", [down, down, down, up, up], "down"],
    ["is up again when the window holds fewer", [down, down, down, up, up, up], "up"],
  ])("with a window of 5 it %s", (_behaviour, runs, confirmed) => {
    expect(play(runs, { failureThreshold: 3, failureWindow: 5, successThreshold: 1 }).confirmed).toBe(confirmed);
  });

  it("with a window waits for the good runs in a row, too", () => {
    const chosen = { failureThreshold: 1, failureWindow: 1, successThreshold: 2 };

    expect(play([down, up], chosen).confirmed).toBe("down");
    expect(play([down, up, up], chosen).confirmed).toBe("up");
  });

  it.each<[string, readonly (readonly Finding[])[], number | undefined]>([
    ["the good run before the first bad one, through unknown ones", [up, up, down, unknown, down, down], 2],
    ["nothing where unknown runs lie between", [up, unknown, down, down, down], undefined],
    ["nothing where no run was good", [down, down, down], undefined],
    ["the newest good run of a recovery that did not last", [up, down, down, down, up, down], 5],
    ["nothing once it is well", [up, down, up], undefined],
  ])("keeps as the moment when all was well %s", (_behaviour, runs, wellMs) => {
    expect(play(runs).lastWellMs).toBe(wellMs);
  });

  it("keeps what the target said while it fails in the same way, and takes the next word where that changes", () => {
    const next = checkStateMachine({ ...settings, failureThreshold: 1 });
    const said = (slot: number, quote: string | undefined, ...findings: readonly Finding[]) => ({
      ...resultOf(check, slot, findings),
      ...(quote === undefined ? {} : { evidence: { quote } }),
    });
    const runs = [
      said(1, "busy, request 17", downFinding),
      said(2, "busy, request 18", downFinding),
      said(3, undefined, downFinding),
      said(4, "no database", { ...downFinding, detail: "503 Service Unavailable" }),
      said(5, undefined, { is: "down", reason: "refused", detail: "refused" }),
    ];
    let state = initialCheckState(key, 0);
    const quotes = runs.map((run) => {
      state = next(state, run, run.slotMs).state;
      return state.quote;
    });

    expect(quotes).toEqual(["busy, request 17", "busy, request 17", "busy, request 17", "no database", undefined]);
  });

  it("keeps down runs only for a window", () => {
    expect(play([up, down])).not.toHaveProperty("downBits");
    expect(play([up, down, unknown, up], { ...settings, failureWindow: 4 }).downBits).toBe(0b10);
  });

  it("says down by N of M exactly when the last M measured runs hold N (I1)", () => {
    const chosen = fc
      .record({ failureThreshold: fc.integer({ min: 1, max: 5 }), more: fc.integer({ min: 0, max: 6 }) })
      .map(({ failureThreshold, more }) => ({
        failureThreshold,
        failureWindow: failureThreshold + more,
        successThreshold: 1,
      }));

    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(up, down, unknown), { maxLength: 60, size: "max" }),
        chosen,
        (runs, windowed) => {
          const measured = runs.filter((run) => run !== unknown);
          const bad = measured.slice(-windowed.failureWindow).filter((run) => run === down).length;
          const state = play(runs, windowed);

          if (measured.length === 0) expect(state.confirmed).toBe("unknown");
          else if (bad >= windowed.failureThreshold) expect(state.confirmed).toBe("down");
          else expect(state.confirmed).not.toBe("down");
        },
      ),
    );
  });

  it("holds N of M while a third of the runs is lost by chance, and neither pages nor flaps for it (F18)", () => {
    const windowed: StateSettings = { failureThreshold: 6, failureWindow: 8, successThreshold: 2 };
    // A fixed course with 30 % losses that come alone and in pairs.
    const lossy = Array.from({ length: 600 }, (_, index) => ((index * 7) % 10 < 3 ? down : up));

    const states = lossy.map((_run, index) => play(lossy.slice(Math.max(0, index - 40), index + 1), windowed));

    expect(new Set(states.slice(1).map(({ confirmed }) => confirmed))).toEqual(new Set(["up"]));
    expect(play([...lossy, ...Array.from({ length: 6 }, () => down)], windowed).confirmed).toBe("down");
  });

  it("holds an outage while it flaps, and lets it go when the flapping ends", () => {
    const chosen: StateSettings = { failureThreshold: 1, successThreshold: 1 };
    const changing = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? down : up));
    const steady = Array.from({ length: 20 }, () => up);

    expect(play(changing, chosen)).toMatchObject({ confirmed: "up", flapping: true, heldDown: true });
    expect(play([...changing, ...steady], chosen)).toMatchObject({ confirmed: "up", flapping: false });
    expect(play([...changing, ...steady], chosen)).not.toHaveProperty("heldDown");
    expect(play(changing, { ...chosen, flapDetection: false })).toMatchObject({ flapping: false });
    expect(play(changing, { ...chosen, failureThreshold: 5 })).not.toHaveProperty("heldDown");
  });

  it("keeps a flaw that a good run says nothing of", () => {
    const next = checkStateMachine({ failureThreshold: 1, successThreshold: 1 });
    const slow = next(initialCheckState(key, 0), resultOf(check, 1, [slowFinding]), 1).state;

    const silent = next(slow, { ...resultOf(check, 2), silentOn: ["slow"] }, 2).state;
    const over = next(silent, resultOf(check, 3), 3).state;

    expect(silent.flaws).toEqual(slow.flaws);
    expect(silent.flaws).not.toEqual({});
    expect(over.flaws).toEqual({});
  });

  it("ignores results that are not newer", () => {
    const state = play([up, down]);

    const again = checkStateMachine(settings)(state, resultOf(check, 2, down), 99);

    expect(again.state).toBe(state);
    expect(again.confirming).toBe(true);
  });

  it.each([
    ["before the outage is confirmed", [up, down], true],
    ["not once it is", [up, down, down, down], false],
    ["while it recovers", [down, down, down, up], true],
    ["over one unknown run", [up, down, unknown], true],
    ["not over two", [up, down, unknown, unknown], false],
    ["not before anything was measured", [unknown], false],
  ])("asks to be probed again soon %s", (_when, runs, confirming) => {
    const state = play(runs.slice(0, -1));

    const next = checkStateMachine(settings)(state, resultOf(check, runs.length, runs.at(-1) ?? []), runs.length);

    expect(next.confirming).toBe(confirming);
  });

  it("never asks for haste without a retry interval", () => {
    const next = checkStateMachine({ failureThreshold: 3, successThreshold: 1 });

    expect(next(play([up]), resultOf(check, 2, down), 2).confirming).toBe(false);
  });

  it("is blind from the first unknown run until a measured one", () => {
    expect(play([up, unknown, unknown]).blindSinceMs).toBe(2);
    expect(play([up, unknown, unknown, down])).not.toHaveProperty("blindSinceMs");
  });

  it("keeps the words of the outage while it lasts", () => {
    expect(play([down, down, down, unknown]).headline).toEqual({ reason: "status", detail: "502 Bad Gateway" });
    expect(play([up, unknown]).headline).toEqual({ reason: "stall", detail: "the probe stalled" });
  });

  it("has a steady state for a steady subject, to the letter", () => {
    const next = checkStateMachine(settings);
    const steady = play(Array.from({ length: 30 }, () => up));

    const { lastSlotMs: _before, ...before } = steady;
    const { lastSlotMs: _after, ...after } = next(steady, resultOf(check, 31), 31).state;

    expect(JSON.stringify(after)).toBe(JSON.stringify(before));
  });

  it("carries memory over runs that bring none", () => {
    const next = checkStateMachine(settings);
    const first = next(initialCheckState(key, 0), { ...resultOf(check, 1), memory: { seen: 1 } }, 1).state;

    const second = next(first, resultOf(check, 2, down), 2).state;

    expect(second.memory).toEqual({ seen: 1 });
  });

  it.each([
    ["a flaw below the threshold does not count", [[slowFinding], [slowFinding]], {}],
    ["a flaw counts at the threshold", [[slowFinding], [slowFinding], [slowFinding]], { slow: "warning" }],
    ["the mildest severity of the row counts", [[criticalSlow], [slowFinding], [criticalSlow]], { slow: "warning" }],
    [
      "a flaw that worsens for long enough gets graver",
      [...thrice(slowFinding), ...thrice(criticalSlow)],
      { slow: "critical" },
    ],
    ["a flaw eases to the gravest of the row", [...thrice(criticalSlow), up, [slowFinding]], { slow: "warning" }],
    ["a flaw goes after enough runs without it", [...thrice(slowFinding), up, up], {}],
    ["a flaw stays over one run without it", [...thrice(slowFinding), up, [slowFinding]], { slow: "warning" }],
    ["a down run says nothing of a flaw", [...thrice(slowFinding), down, down, down], { slow: "warning" }],
    [
      "a down run that mentions the flaw counts",
      [[slowFinding], [slowFinding, downFinding], [slowFinding]],
      { slow: "warning" },
    ],
    ["the graver of two flaws with one reason counts", thrice(slowFinding, criticalSlow), { slow: "critical" }],
  ])("%s", (_behaviour, runs, flaws) => {
    expect(play(runs).flaws).toEqual(flaws);
  });

  it("says down exactly when the threshold is met on the recorded runs (I1)", () => {
    const run = fc.constantFrom(up, down, unknown);
    const thresholds = fc.record({
      failureThreshold: fc.integer({ min: 1, max: 5 }),
      successThreshold: fc.integer({ min: 1, max: 4 }),
    });

    fc.assert(
      fc.property(fc.array(run, { maxLength: 60, size: "max" }), thresholds, (runs, chosen) => {
        let expected = "unknown";
        let row = 0;
        let last = unknown as readonly Finding[];
        for (const one of runs.filter((candidate) => candidate !== unknown)) {
          row = one === last ? row + 1 : 1;
          last = one;
          if (one === down && row >= chosen.failureThreshold) expected = "down";
          if (one === up && (expected === "unknown" || row >= chosen.successThreshold)) expected = "up";
        }

        const state = play(runs, chosen);

        expect(state.confirmed).toBe(expected);
        expect(state.recent.length).toBeLessThanOrEqual(20);
      }),
    );
  });

  it("gives the same state when the runs are played again (I3)", () => {
    const run = fc.constantFrom(up, down, unknown, [slowFinding], [criticalSlow]);

    fc.assert(
      fc.property(fc.array(run, { maxLength: 60, size: "max" }), (runs) => {
        expect(play(runs)).toEqual(play(runs));
        expect(JSON.parse(JSON.stringify(play(runs)))).toEqual(play(runs));
      }),
    );
  });
});
