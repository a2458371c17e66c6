import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DeliveryOutcome, NotifierKind } from "../../../src/core/alerting/notifier.ts";
import { UndiciNotifyHttp } from "../../../src/platform/channels/notify-http.ts";
import { aNotification, madeAtMs } from "../../support/samples/notifications.ts";
import type { ChannelServer } from "../../support/servers/channel-servers.ts";
import { ChatServer } from "../../support/servers/chat-server.ts";
import { noSmtp } from "../../support/servers/no-smtp.ts";
import { outcomeWords } from "../../support/worlds/notifier-run.ts";

/** A channel that signs, and its other end. */
export type SigningContract = Readonly<{
  kind: NotifierKind;
  secret: string;
  optionsAt(url: string, secret: string): unknown;
  server: ChannelServer;
  /** What a message that was taken is. */
  taken: "delivered" | "accepted";
}>;

const http = new UndiciNotifyHttp();
const never = new AbortController().signal;
const twoHoursMs = 7_200_000;

/** What every channel that signs keeps to, held against a server that works the signature out by itself with its own clock. */
export function signingSuite({ kind, secret, optionsAt, server, taken }: SigningContract): void {
  describe(`contract/notifier ${kind.kind} signing`, () => {
    let serverMs = madeAtMs;
    let end: ChatServer;

    beforeEach(async () => {
      serverMs = madeAtMs;
      end = await ChatServer.start(server(() => serverMs, secret));
    });

    afterEach(() => end.stop());

    const sendAt = (nowMs: number, prepared: ReturnType<ReturnType<NotifierKind["open"]>["prepare"]>) =>
      prepared.send({ now: () => nowMs, http, smtp: noSmtp, log: () => {} }, never);
    const prepare = (with_ = secret) => kind.open(optionsAt(end.url, with_)).prepare(aNotification());
    const words = async (outcome: Promise<DeliveryOutcome>): Promise<string> => outcomeWords(await outcome);

    it("signs every attempt of one message afresh", async () => {
      const prepared = prepare();

      expect(await words(sendAt(madeAtMs, prepared))).toBe(taken);
      serverMs = madeAtMs + twoHoursMs;
      expect(await words(sendAt(madeAtMs + twoHoursMs, prepared))).toBe(taken);
      expect(end.requests).toHaveLength(2);
    });

    it("gets through by the server's clock when its own is hours wrong", async () => {
      expect(await words(sendAt(madeAtMs - twoHoursMs, prepare()))).toBe(taken);
      expect(end.requests).toHaveLength(2);
    });

    it("gives up on a secret that the server does not know, and says so without it", async () => {
      const outcome = await sendAt(madeAtMs, prepare("SECwrong999"));

      expect(outcomeWords(outcome)).toBe("rejected endpoint unauthorized");
      expect(JSON.stringify(outcome)).not.toContain("SECwrong999");
      expect(end.requests.length).toBeLessThanOrEqual(2);
    });
  });
}
