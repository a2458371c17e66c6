import { describe, expect, it } from "vitest";
import type { Fate, NotifierKind, NotifyIo } from "../../../src/core/alerting/notifier.ts";
import { UndiciNotifyHttp } from "../../../src/platform/channels/notify-http.ts";
import { madeAtMs } from "../../support/samples/notifications.ts";
import { ChatServer, type ReceivedRequest, type ScriptedAnswer } from "../../support/servers/chat-server.ts";
import { noSmtp } from "../../support/servers/no-smtp.ts";
import { outcomeWords } from "../../support/worlds/notifier-run.ts";

const http = new UndiciNotifyHttp();
const person = { title: "值班甲", addresses: { phone: "+8613800001234" } };

/** A channel that can be asked what became of what it took. */
export type FateContract = Readonly<{
  kind: NotifierKind;
  optionsAt: (url: string) => unknown;
  externalId: string;
  /** Bytes that the other end answers, and what they say: `delivered`, `accepted`, `open`, `open, enough`, `rejected …`, `retryable …`. */
  answers: readonly (readonly [what: string, answer: ScriptedAnswer, expected: string])[];
  /** How the question looks on the wire. */
  asks(request: ReceivedRequest | undefined): void;
}>;

/** Asks a real server on loopback, which answers byte for byte as scripted. */
export function fateSuite({ kind, optionsAt, externalId, answers, asks }: FateContract): void {
  const ask = async (answer: ScriptedAnswer) => {
    const server = await ChatServer.start(answer);
    const io: NotifyIo = { now: () => madeAtMs, http, smtp: noSmtp, log: () => undefined };
    try {
      const { fate } = kind.open(optionsAt(server.url));
      const accepted = { externalId, atMs: madeAtMs - 30_000 };
      const told = await fate?.(accepted, { contact: person }, io, new AbortController().signal);
      return { told, request: server.requests[0] };
    } finally {
      await server.stop();
    }
  };

  describe(`contract/notifier ${kind.kind}: what became of it`, () => {
    it.each(answers)("understands %s", async (_what, answer, expected) => {
      const { told } = await ask(answer);

      expect(told === undefined ? "" : fateWords(told)).toBe(expected);
      expect(JSON.stringify(told)).not.toContain("1380000");
    });

    it("asks for this one message", async () => {
      const [first = ["", "reset", ""]] = answers;

      asks((await ask(first[1])).request);
    });

    it.each<readonly [string, ScriptedAnswer, string]>([
      ["a broken connection", "reset", "retryable reset maybe"],
      ["an answer that is none", { status: 200, body: "<html>" }, "retryable unexpected_answer maybe"],
      ["a server that fails", { status: 503 }, "retryable server_error"],
      ["a refusal", { status: 403 }, "accepted"],
    ])("asks again or lets it be after %s", async (_what, answer, expected) => {
      const { told } = await ask(answer);

      expect(told === undefined ? "" : fateWords(told)).toBe(expected);
    });
  });
}

function fateWords(fate: Fate): string {
  if (fate.kind === "open") return fate.suffices ? "open, enough" : "open";
  return outcomeWords(fate);
}
