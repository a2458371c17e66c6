import { describe, expect, it } from "vitest";
import { receiversSchema } from "../../../src/alerting/delivery/config/receivers-schema.ts";
import type { Notification } from "../../../src/core/alerting/notification.ts";
import type { Json } from "../../../src/core/json.ts";
import { aNotification, anAlert } from "../../support/samples/notifications.ts";
import type { ReceivedRequest, ScriptedAnswer } from "../../support/servers/chat-server.ts";
import { flooded, goldenNotifications, outcomeWords, runNotifier } from "../../support/worlds/notifier-run.ts";
import { type AnswerContract, answerSuite } from "./chat-suite.ts";

/** A channel that reaches telephones by an approved template. */
export type PhoneContract = AnswerContract &
  Readonly<{
    ok: ScriptedAnswer;
    /** The template's variables, of a payload. */
    variablesOf(payload: Json): readonly string[];
    longestVariable: number;
    /** The number that a request calls, and how the channel writes `+86 138 0000 1234`. */
    numberOf(request: ReceivedRequest): string | null;
    writtenNumber: string;
  }>;

const own = "+8613900005678";
const person = { title: "值班甲", addresses: { phone: "+8613800001234" } };

/** What every channel to telephones keeps to: templates' rules, whose number it is, and numbers that nobody sees. */
export function phoneSuite(contract: PhoneContract): void {
  const { kind, optionsAt, variablesOf, longestVariable } = contract;
  const payloadOf = (notification: Notification): Json => {
    const { message } = kind.open(optionsAt("http://127.0.0.1:9")).prepare(notification);
    return (message as Readonly<{ payload: Json }>).payload;
  };
  describe(`contract/notifier ${kind.kind} by telephone`, () => {
    it.each(goldenNotifications)("renders %s", async (name, overrides) => {
      const text = JSON.stringify(payloadOf(aNotification(overrides)), undefined, 2);

      await expect(`${text}\n`).toMatchFileSnapshot(`golden/${name}.json`);
    });

    it.each(["汉", "&", "👨‍👩‍👧‍👦", "https://evil.example/a ", "10.0.0.1", "【】", "evil.example"])(
      "fills variables that the provider takes with a text that is all %s",
      (text) => {
        for (const form of [{}, { shorten: true }, { plainText: true }, { locale: "zh" as const }]) {
          for (const variable of variablesOf(payloadOf(flooded(text, form)))) {
            expect(variable.length).toBeGreaterThan(0);
            expect(variable.length).toBeLessThanOrEqual(longestVariable);
            expect(variable).not.toMatch(/:\/\/|\d+\.\d+\.\d+\.\d+|\.\p{L}|[【】]/u);
          }
        }
      },
    );

    whoseNumber(contract);
    answerSuite(contract);

    it("tells no end of an alert unless the receiver asks for it", () => {
      const options = optionsAt("https://provider.example") as object;
      const parsed = receiversSchema([kind]).parse({ ring: { to: [{ kind: kind.kind, ...options }] } });

      expect(parsed["ring"]?.to[0]?.send_resolved).toBe(false);
    });
  });
}

function whoseNumber({ kind, optionsAt, ok, numberOf, writtenNumber }: PhoneContract): void {
  const run = (options: object, overrides: Partial<Notification>) =>
    runNotifier({
      kind,
      optionsAt: (url) => ({ ...(optionsAt(url) as object), ...options }),
      answers: [ok],
      overrides: { alerts: [anAlert()], ...overrides },
    });

  it("uses the number of the person that the message is for, before its own", async () => {
    const { outcome, requests } = await run({ phone: own }, { contact: person });

    expect(outcomeWords(outcome)).toBe("accepted");
    expect(outcome).toMatchObject({ externalId: expect.any(String), detail: "to +86138****1234" });
    expect(requests.map(numberOf)).toEqual([writtenNumber]);
  });

  it("uses its own number for a message that is for no person", async () => {
    const { requests } = await run({ phone: "138 0000-1234" }, {});

    expect(requests.map(numberOf)).toEqual([writtenNumber]);
  });

  it("says who has no number, and asks nobody", async () => {
    const nobody = await run({ phone: own }, { contact: { title: "值班乙", addresses: {} } });
    const nowhere = await run({ phone: undefined }, {});

    expect(outcomeWords(nobody.outcome)).toBe("rejected recipient unknown_recipient");
    expect(nobody.outcome).toHaveProperty("detail", expect.stringContaining("值班乙"));
    expect(outcomeWords(nowhere.outcome)).toBe("rejected recipient unknown_recipient");
    expect([...nobody.requests, ...nowhere.requests]).toEqual([]);
  });

  it("shows no number in its endpoint, its message, its outcome or the log", async () => {
    const overrides = { contact: person };
    const { outcome, logged } = await run({ phone: own }, overrides);
    const notifier = kind.open({ ...(optionsAt("https://provider.example") as object), phone: own });
    const { message } = notifier.prepare(aNotification(overrides));

    expect(JSON.stringify([notifier.endpoint, message, outcome, logged])).not.toMatch(/1390000|1380000/);
  });
}
