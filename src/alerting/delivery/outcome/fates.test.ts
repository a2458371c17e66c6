import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../../test/support/fakes/fake-clock.ts";
import { CountingIds, FakeRandom } from "../../../../test/support/fakes/fake-random.ts";
import { MemoryStore } from "../../../../test/support/fakes/memory-store.ts";
import { aNotification, anAlert, anOutboxRow } from "../../../../test/support/samples/notifications.ts";
import { ChatServer, type ReceivedRequest, type ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { noSmtp } from "../../../../test/support/servers/no-smtp.ts";
import { directoryTo } from "../../../../test/support/worlds/directories.ts";
import type { OutboxRow } from "../../../core/alerting/outbox.ts";
import type { NotifyHttp } from "../../../core/ports/notify-http.ts";
import { emptyChange } from "../../../core/store.ts";
import { UndiciNotifyHttp } from "../../../platform/channels/notify-http.ts";
import { notifierKinds } from "../../notifiers/index.ts";
import { openReceivers, type Receivers } from "../config/receivers.ts";
import { receiversSchema } from "../config/receivers-schema.ts";
import { Sender } from "../sender.ts";
import { noSuccession } from "./succession.ts";

const http = new UndiciNotifyHttp();
const sid = "CA0123456789abcdef0123456789abcdef";
let clock: FakeClock;
let store: MemoryStore;
let provider: ChatServer;
let receivers: Receivers;
/** Statuses that the provider tells of the call, in turn; the last for ever. */
let statuses: string[];
let underWay: number;
let troubles: string[];
let isAttended: boolean;
let counted: string[];
let lost: unknown[];
const senders: Sender[] = [];

beforeEach(async () => {
  clock = new FakeClock();
  store = new MemoryStore(clock);
  underWay = 0;
  troubles = [];
  isAttended = false;
  counted = [];
  lost = [];
  provider = await ChatServer.start(answer);
  const voice = {
    to: [
      {
        kind: "twilio_voice",
        account_sid: `AC${"0".repeat(32)}`,
        secret: "S",
        from: "+15017122661",
        phone: "+8613800001234",
        base_url: provider.url,
      },
    ],
    fallback: ["bridge"],
  };
  const bridge = { to: [{ kind: "webhook", url: `${provider.url}/bridge` }] };
  receivers = openReceivers(receiversSchema(notifierKinds).parse({ voice, bridge }), notifierKinds);
});

afterEach(async () => {
  await Promise.all(senders.splice(0).map(stop));
  await provider.stop();
});

async function stop(sender: Sender): Promise<void> {
  const stopped = sender.stop();
  await clock.advance(12_000);
  await stopped;
}

function answer({ method, path }: ReceivedRequest): ScriptedAnswer {
  if (!path.includes("/Calls")) return { status: 200 };
  if (method === "POST") return { status: 201, body: JSON.stringify({ sid, status: "queued" }) };
  const [status = "queued"] = statuses.length > 1 ? statuses.splice(0, 1) : statuses;
  return { status: 200, body: JSON.stringify({ sid, status }) };
}

function startSender(owner = "one"): Sender {
  const watched: NotifyHttp = {
    async request(request, signal) {
      underWay += 1;
      try {
        return await http.request(request, signal);
      } finally {
        underWay -= 1;
      }
    },
  };
  const sender = new Sender({
    store,
    clock,
    io: { now: () => clock.now(), http: watched, smtp: noSmtp, log: () => undefined },
    random: new FakeRandom(7),
    owner,
    ids: new CountingIds(),
    directory: directoryTo(receivers),
    succession: {
      ...noSuccession,
      standingOf: () => (isAttended ? "taken" : "open"),
      noteUnanswered: async (unanswered) => void lost.push(unanswered),
    },
    hooks: {
      onAttempt: (kind, outcome) => void counted.push(`${kind} ${outcome}`),
      onDead: () => undefined,
      onDigest: () => undefined,
      onBudget: () => undefined,
      onTrouble: ({ receiver }, trouble) => void troubles.push(`${receiver} ${trouble?.reason ?? "works again"}`),
    },
  });
  senders.push(sender);
  sender.start();
  return sender;
}

/** Lets time pass second by second, and what was asked be answered. */
async function seconds(count: number): Promise<void> {
  for (let second = 0; second < count; second += 1) {
    await clock.advance(1000);
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let quiet = 0, turn = 0; quiet < 3 && turn < 5000; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    quiet = underWay === 0 ? quiet + 1 : 0;
  }
}

function call(id: string, overrides: Partial<OutboxRow> = {}): OutboxRow {
  const endpoint = receivers.get("voice")?.integrations[0]?.endpoint ?? "";
  const notification = aNotification({ id, receiver: "voice", incident: "i-1", alerts: [anAlert()] });
  return anOutboxRow(id, {
    receiver: "voice",
    endpoint,
    notification,
    giveUpAtMs: clock.now() + 120_000,
    ...overrides,
  });
}

const tell = (...rows: OutboxRow[]) => store.commit({ ...emptyChange, outbox: rows });
const said = (): readonly string[] =>
  provider.requests.map(({ method, path }) => (path === "/bridge" ? "bridge" : method === "POST" ? "call" : "ask"));
const records = async (): Promise<readonly string[]> =>
  (await store.deliveries(100))
    .toReversed()
    .map(({ receiver, outcome, reason, detail }) => [receiver, outcome, reason, detail].filter(Boolean).join(" "));

describe("alerting/delivery/outcome/fates", () => {
  it.each([
    ["no-answer", [{ incident: "i-1", receiver: "voice", recipient: "a", atMs: aNotification().createdAtMs }]],
    ["completed", []],
    ["failed", []],
  ])(
    "lets alerting know of a call about an incident that nobody took, and of no other end (%s)",
    async (end, noted) => {
      statuses = [end];
      const { notification } = call("a");
      await tell(call("a", { notification: { ...notification, recipient: "a" } }));
      startSender();
      await seconds(15);

      expect(lost).toEqual(noted);
    },
  );

  it("records that a call was taken only once the provider says so", async () => {
    statuses = ["ringing", "in-progress"];
    await tell(call("a"));
    startSender();
    await seconds(9);
    expect(await records()).toEqual(["voice accepted to +86138****1234"]);

    await seconds(8);

    expect(said()).toEqual(["call", "ask", "ask"]);
    expect(await records()).toEqual([
      "voice accepted to +86138****1234",
      "voice delivered to +86138****1234; in-progress",
    ]);
  });

  it("falls back when nobody takes the call, and takes that for no fault of the channel", async () => {
    statuses = ["ringing", "no-answer"];
    await tell(call("a"));
    startSender();
    await seconds(25);

    expect(said()).toEqual(["call", "ask", "ask", "bridge"]);
    expect(await records()).toEqual([
      "voice accepted to +86138****1234",
      "voice rejected no_answer no-answer",
      "bridge delivered",
    ]);
    expect(troubles).toEqual([]);
    expect(counted).toEqual(["twilio_voice accepted", "twilio_voice rejected", "webhook delivered"]);
  });

  it("calls nobody else for an incident that is over or taken by the time nobody has answered", async () => {
    statuses = ["ringing", "no-answer"];
    await tell(call("a"));
    startSender();
    await seconds(9);
    isAttended = true;
    await seconds(16);

    expect(said()).toEqual(["call", "ask", "ask"]);
    expect((await records()).at(-1)).toBe("voice rejected no_answer no-answer");
  });

  it("falls back at the end of its time while the call still waits at the provider", async () => {
    statuses = ["queued"];
    await tell(call("a", { giveUpAtMs: clock.now() + 60_000 }));
    startSender();
    await seconds(59);
    expect(said()).not.toContain("bridge");

    await seconds(6);

    expect(said()).toContain("bridge");
    expect((await records()).at(1)).toMatch(
      /^voice rejected undelivered no end of it \d+\w+ after it was taken: queued$/,
    );
  });

  it("asks on after a restart, and calls nobody twice", async () => {
    statuses = ["ringing", "ringing", "busy"];
    await tell(call("a"));
    const first = startSender();
    await seconds(11);
    await stop(first);
    startSender("two");
    await seconds(25);

    expect(said().filter((each) => each === "call")).toHaveLength(1);
    expect(said()).toContain("bridge");
  });

  it("lets the next call about the incident go past one whose fate is open", async () => {
    statuses = ["ringing"];
    await tell(call("a"));
    startSender();
    await seconds(3);
    await tell(call("b"));
    await seconds(3);

    expect(said()).toEqual(["call", "call"]);
  });

  it("lets a message be whose receiver has left the configuration", async () => {
    statuses = ["ringing"];
    await tell(call("a"));
    const sender = startSender();
    await seconds(3);
    receivers = new Map([...receivers].filter(([name]) => name !== "voice"));
    sender.setDirectory(directoryTo(receivers));
    await seconds(10);

    expect(said()).toEqual(["call"]);
    expect((await records()).at(-1)).toMatch(/^voice delivered to .*; its receiver has left the configuration$/);
  });
});
