import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openReceivers } from "../../src/alerting/delivery/receivers.ts";
import { receiversSchema } from "../../src/alerting/delivery/receivers-schema.ts";
import { Sender, type SenderSettings } from "../../src/alerting/delivery/sender.ts";
import { delivered, retryable } from "../../src/alerting/notifiers/outcome.ts";
import { defineNotifier } from "../../src/core/notifier.ts";
import type { OutboxRow } from "../../src/core/outbox.ts";
import { emptyChange } from "../../src/core/store.ts";
import { directoryTo } from "../support/directories.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { CountingIds, FakeRandom } from "../support/fake-random.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { noSmtp } from "../support/no-smtp.ts";
import { aNotification, anAlert } from "../support/notifications.ts";

/** How a channel answers one attempt; `lost` takes the message and answers nothing. */
type Answer = "taken" | "busy" | "later" | "lost";
type Step =
  | Readonly<{ do: "say"; incident: number; isCritical: boolean }>
  | Readonly<{ do: "answer"; with: readonly Answer[] }>
  | Readonly<{ do: "wait"; seconds: number }>
  | Readonly<{ do: "die" }>;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("say" as const), incident: fc.nat(2), isCritical: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      with: fc.array(fc.constantFrom<Answer>("busy", "later", "lost", "taken"), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(0, 1, 5, 30) }) },
  { weight: 1, arbitrary: fc.constant({ do: "die" as const }) },
);

/** What the channel reads of a message. */
type Arrived = Readonly<{ id: string; possibleDuplicate: boolean }>;

/** The real sender over a store and a channel that never joins messages; a sender that dies leaves its leases behind. */
class Channel {
  readonly clock = new FakeClock();
  readonly store = new MemoryStore(this.clock);
  readonly received: Arrived[] = [];
  readonly rows: OutboxRow[] = [];
  failures = 0;
  deaths = 0;
  #answers: Answer[] = [];
  #isAlive = { yes: true };
  #sender = this.#start();

  async play(steps: readonly Step[]): Promise<void> {
    for (const next of steps) {
      if (next.do === "say") await this.#say(next.incident, next.isCritical);
      else if (next.do === "answer") this.#answers.push(...next.with);
      else if (next.do === "wait") await this.clock.advance(next.seconds * 1000);
      else {
        this.#isAlive.yes = false;
        this.deaths += 1;
        this.#sender = this.#start();
      }
    }
  }

  /** The channel takes everything from now on; waits until all had its turn. */
  async recover(): Promise<void> {
    this.#answers = [];
    // In steps: one long step would pass over what a chain of promises is only about to ask the clock for.
    for (let seconds = 0; seconds < 600; seconds += 1) await this.clock.advance(1000);
  }

  async #say(incident: number, isCritical: boolean): Promise<void> {
    const id = `row-${this.rows.length}`;
    const severity = isCritical ? "critical" : "warning";
    const nowMs = this.clock.now();
    const notification = aNotification({
      id: `n-${id}`,
      receiver: "hook",
      incident: `i-${incident}`,
      groupKey: `g-${incident}`,
      createdAtMs: nowMs,
      alerts: [anAlert({ fingerprint: id, labels: { ...anAlert().labels, severity } })],
    });
    const row: OutboxRow = {
      id,
      dedupKey: id,
      receiver: "hook",
      integration: 0,
      endpoint: "",
      notification,
      attempts: 0,
      notBeforeMs: nowMs,
      giveUpAtMs: nowMs + 86_400_000,
      startedBefore: false,
    };
    this.rows.push(row);
    await this.store.commit({ ...emptyChange, outbox: [row] });
    this.#sender.wake();
    await this.clock.advance(0);
  }

  #start(): Sender {
    const alive = { yes: true };
    this.#isAlive = alive;
    const { clock, store } = this;
    const never = new Promise<never>(() => {});
    // A dead process does nothing more: its timers do not fire and its store does not answer.
    const mortal: SenderSettings["clock"] = {
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs(),
      sleep: (ms, signal) => clock.sleep(ms, signal).then(() => (alive.yes ? undefined : never)),
      setTimer: (ms, callback) => clock.setTimer(ms, () => (alive.yes ? callback() : undefined)),
    };
    const kinds = [this.#kind(alive, never)];
    const receivers = openReceivers(receiversSchema(kinds).parse({ hook: { to: [{ kind: "hook" }] } }), kinds);
    const sender = new Sender({
      store: {
        leaseOutbox: (...asked) => (alive.yes ? store.leaseOutbox(...asked) : never),
        settle: (...asked) => (alive.yes ? store.settle(...asked) : never),
        spending: (...asked) => (alive.yes ? store.spending(...asked) : never),
      },
      clock: mortal,
      io: {
        now: () => clock.now(),
        http: { request: async () => ({ ok: false, reason: "refused", detail: "", sent: false }) },
        smtp: noSmtp,
        log: () => {},
      },
      random: new FakeRandom(7),
      ids: new CountingIds(),
      owner: `owner-${this.deaths}`,
      directory: directoryTo(receivers),
      hooks: { onAttempt: () => {}, onDead: () => {}, onDigest: () => {}, onBudget: () => {}, onTrouble: () => {} },
    });
    sender.start();
    return sender;
  }

  #kind(alive: Readonly<{ yes: boolean }>, never: Promise<never>) {
    return defineNotifier({
      kind: "hook",
      title: "Hook",
      options: z.strictObject({}),
      limit: { count: 20, perMs: 1000 },
      alertsOnly: true,
      endpoint: () => "hook",
      render: ({ id, possibleDuplicate }): Arrived => ({ id, possibleDuplicate }),
      send: async (message) => {
        if (!alive.yes) return never;
        const answer = this.#answers.shift() ?? "taken";
        if (answer !== "taken") this.failures += 1;
        if (answer === "taken" || answer === "lost") this.received.push(message);
        await this.clock.sleep(200);
        if (answer === "busy") return retryable("server_error", "HTTP 503");
        if (answer === "later") return retryable("rate_limited", "HTTP 429", { afterMs: 20_000 });
        return answer === "lost" ? retryable("timeout", "no answer", { maybeDelivered: true }) : delivered;
      },
    });
  }
}

async function played(steps: readonly Step[]): Promise<Channel> {
  const channel = new Channel();
  await channel.play(steps);
  await channel.recover();
  return channel;
}

const story = fc.array(step, { maxLength: 40, size: "max" });

describe("stories/delivery invariants", () => {
  it("I7: what is said of an incident arrives in its order, all of it once the channel is up, after a bounded number of attempts", async () => {
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const { received, rows, store, failures, deaths } = await played(steps);

        const first = [...new Set(received.map(({ id }) => id))];
        expect(first.toSorted()).toEqual(rows.map(({ notification }) => notification.id).toSorted());
        for (const incident of ["i-0", "i-1", "i-2"]) {
          const said = rows.filter(({ notification }) => notification.incident === incident);
          const mine = new Set(said.map(({ notification }) => notification.id));
          expect(first.filter((id) => mine.has(id))).toEqual([...mine]);
        }
        const records = await store.deliveries(10_000);
        expect(records.filter(({ outcome }) => outcome === "delivered")).toHaveLength(rows.length);
        expect(received.length).toBeLessThanOrEqual(rows.length + failures + deaths * 8);
        expect((await store.facts()).outboxPending).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it("I4: what arrives a second time, after a death or a lost answer, says that it may be a duplicate", async () => {
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const { received } = await played(steps);

        const seen = new Set<string>();
        for (const { id, possibleDuplicate } of received) {
          if (seen.has(id)) expect(possibleDuplicate, id).toBe(true);
          seen.add(id);
        }
      }),
      { numRuns: 150 },
    );
  });
});
