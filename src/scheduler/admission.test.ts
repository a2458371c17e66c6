import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Admission, type Candidate } from "./admission.ts";

describe("scheduler/admission", () => {
  it("keeps both caps, starts everything, and starts the waiting of one host in slot order", () => {
    const arrivals = fc.array(fc.record({ host: fc.constantFrom("a", "b", undefined), slotMs: fc.nat(1000) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(arrivals, fc.array(fc.nat(), { maxLength: 200 }), (wanted, choices) => {
        const admission = new Admission({ mostRuns: 5, mostPerHost: 2 });
        const running: Candidate[] = [];
        const started: Candidate[] = [];
        for (const { host, slotMs } of wanted) {
          const candidate: Candidate = {
            host,
            slotMs,
            start: () => void (running.push(candidate), started.push(candidate)),
          };
          admission.submit(candidate);
        }
        const startedAtOnce = started.length;
        for (let turn = 0; running.length > 0; turn += 1) {
          expect(running.length).toBeLessThanOrEqual(5);
          for (const host of ["a", "b"])
            expect(running.filter((run) => run.host === host).length).toBeLessThanOrEqual(2);
          const [ended] = running.splice((choices[turn] ?? 0) % running.length, 1);
          if (ended !== undefined) admission.release(ended);
        }

        expect(started).toHaveLength(wanted.length);
        expect([admission.inFlight, admission.waiting]).toEqual([0, 0]);
        for (const host of ["a", "b"]) {
          const slots = started
            .slice(startedAtOnce)
            .filter((run) => run.host === host)
            .map((run) => run.slotMs);
          expect(slots).toEqual(slots.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  it("lets a full host not hold up the others", () => {
    const admission = new Admission({ mostRuns: 10, mostPerHost: 1 });
    const started: string[] = [];
    const submit = (name: string, host: string, slotMs: number) =>
      admission.submit({ host, slotMs, start: () => started.push(name) });

    submit("a1", "a", 1);
    submit("a2", "a", 2);
    submit("b1", "b", 3);

    expect(started).toEqual(["a1", "b1"]);
    expect(admission.waiting).toBe(1);
  });

  it("starts the next of a host when the one before it was withdrawn", () => {
    const admission = new Admission({ mostRuns: 1, mostPerHost: 1 });
    const started: string[] = [];
    const make = (name: string, slotMs: number): Candidate => ({ host: "a", slotMs, start: () => started.push(name) });
    const [first, second, third] = [make("first", 1), make("second", 2), make("third", 3)];
    for (const candidate of [first, second, third]) admission.submit(candidate);

    admission.withdraw(second);
    admission.release(first);

    expect(started).toEqual(["first", "third"]);
    expect(admission.waiting).toBe(0);
  });
});
