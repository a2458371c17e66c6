import { describe, expect, it } from "vitest";
import type { Notification } from "../../../src/core/alerting/notification.ts";
import type { NotifierKind } from "../../../src/core/alerting/notifier.ts";
import type { Json } from "../../../src/core/json.ts";
import { aNotification } from "../../support/samples/notifications.ts";
import type { ScriptedAnswer } from "../../support/servers/chat-server.ts";
import { flooded, goldenNotifications, outcomeWords, runNotifier } from "../../support/worlds/notifier-run.ts";

/** One answer that a channel publishes, byte for byte, and the class that it has to get. */
export type AnswerRow = readonly [row: string, answer: ScriptedAnswer, expected: string];

/** A channel at a server of ours, with what its documents say that it answers and refuses. */
export type AnswerContract = Readonly<{
  kind: NotifierKind;
  /** Options for a server at this address. */
  optionsAt(url: string): unknown;
  answers: readonly AnswerRow[];
  /** Refusals of a message that is plain and short already. */
  lastResort: readonly AnswerRow[];
  /** So many within so many milliseconds are too many. */
  tooMany: readonly Readonly<{ count: number; withinMs: number }>[];
  /** Options that are refused, with what the error says; a text `CANARY` in them is never repeated. */
  refused: readonly (readonly [options: object, problem: RegExp])[];
}>;

/** What a chat's own documents say of it, for the suite that all chats pass. */
export type ChatContract = AnswerContract &
  Readonly<{
    /** Graphemes whose encoding is a trap for the channel's own unit of length. */
    graphemes: readonly string[];
    /** Sizes in the channel's own units, each with its most, of a payload as it is sent. */
    sizesOf(payload: Json): readonly (readonly [size: number, most: number])[];
  }>;

const forms: readonly Partial<Notification>[] = [{}, { plainText: true }, { shorten: true }];

/** What every chat keeps to: its golden texts, its own limits, its published answers, its rate, and secrets in no error. */
export function chatSuite(contract: ChatContract): void {
  const { kind, optionsAt } = contract;
  const payloadOf = (notification: Notification): Json => {
    const { message } = kind.open(optionsAt("http://127.0.0.1:9")).prepare(notification);
    return (message as Readonly<{ payload: Json }>).payload;
  };
  describe(`contract/notifier ${kind.kind} as a chat`, () => {
    it.each(goldenNotifications)("renders %s", async (name, overrides) => {
      const text = JSON.stringify(payloadOf(aNotification(overrides)), undefined, 2);

      await expect(`${text}\n`).toMatchFileSnapshot(`golden/${name}.json`);
    });

    keepingToLimits(contract, payloadOf);
    answerSuite(contract);
  });
}

function keepingToLimits({ graphemes, sizesOf }: ChatContract, payloadOf: (notification: Notification) => Json): void {
  it.each(graphemes)(
    "keeps to the channel's limits with a text that is all %s, title, notes and board kept",
    (grapheme) => {
      for (const form of forms) {
        const payload = payloadOf(flooded(grapheme, form));
        const text = JSON.stringify(payload);
        const sizes = sizesOf(payload);

        expect(sizes.length).toBeGreaterThan(0);
        for (const [size, most] of sizes) expect(size).toBeLessThanOrEqual(most);
        expect(text).toContain("Critical: ");
        expect(text).toContain("Possible duplicate");
        expect(text).toContain("https://watchfire.example.com/");
        expect(text.isWellFormed()).toBe(true);
      }
    },
  );
}

/** Classes of the published answers, the rate, and refused options; to be called within a `describe`. */
export function answerSuite({ kind, optionsAt, answers, lastResort, tooMany, refused }: AnswerContract): void {
  const outcomeOf = async (answer: ScriptedAnswer, overrides: Partial<Notification>): Promise<string> => {
    const { outcome } = await runNotifier({ kind, optionsAt, answers: [answer], overrides });
    return outcomeWords(outcome);
  };

  it.each(answers)("row %s: classifies %j as %s", async (_row, answer, expected) => {
    expect(await outcomeOf(answer, {})).toBe(expected);
  });

  it.each(lastResort)("row %s: takes %j to the plainest and shortest form for %s", async (_row, answer, expected) => {
    expect(await outcomeOf(answer, { plainText: true, shorten: true })).toBe(expected);
  });

  it.each(tooMany)("never sends $count messages within $withinMs ms", ({ count, withinMs }) => {
    const { limit } = kind;

    expect(limit.count + (withinMs * limit.count) / limit.perMs).toBeLessThan(count);
  });

  it.each(refused)("refuses %o", (options, problem) => {
    const message = kind.options.safeParse(options).error?.message ?? "";

    expect(message).toMatch(problem);
    expect(message).not.toContain("CANARY");
  });
}
