import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Silence, silenceState } from "../../core/alerting/silence.ts";
import { makeMatcher, matches } from "../../core/matching/matcher.ts";
import { matchOperators } from "../../core/matching/matcher-text.ts";
import { SilenceBook } from "./silence-book.ts";

const names = fc.constantFrom("a", "b", "c");
const values = fc.constantFrom("", "x", "y", "x|y");
const labelsSome = fc.dictionary(names, fc.constantFrom("x", "y"));
const matcherSome = fc.record({ name: names, operator: fc.constantFrom(...matchOperators), value: values });
const silencesSome = fc.array(
  fc.record({
    id: fc.constantFrom("s1", "s2", "s3", "s4", "s5"),
    matchers: fc.array(matcherSome, { minLength: 1, maxLength: 3 }),
    startsAtMs: fc.nat(20),
    endsAtMs: fc.nat(20),
    updatedAtMs: fc.constant(0),
    createdBy: fc.constant("li"),
    comment: fc.constant(""),
  }),
  { maxLength: 12 },
);

function covers(silence: Silence, labels: Record<string, string>): boolean {
  const matchers = silence.matchers.flatMap((text) => {
    const made = makeMatcher(text);
    return made.ok ? [made.value] : [];
  });
  return matches(matchers, labels);
}

describe("alerting/silences silence-book", () => {
  it("finds exactly the silences that a look at all of them would find, whatever was asked and changed before", () => {
    fc.assert(
      fc.property(
        silencesSome,
        fc.array(labelsSome, { minLength: 1, maxLength: 4 }),
        fc.nat(20),
        (all, sets, nowMs) => {
          const book = new SilenceBook();
          for (const silence of all) {
            book.put(silence);
            for (const labels of sets) book.activeFor(labels, nowMs);
          }
          for (const labels of sets) {
            const wanted = book.all().filter((each) => silenceState(each, nowMs) === "active" && covers(each, labels));
            expect(new Set(book.activeFor(labels, nowMs))).toEqual(new Set(wanted));
          }
        },
      ),
    );
  });
});
