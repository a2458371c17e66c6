import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openReceivers } from "../../src/alerting/delivery/config/receivers.ts";
import { receiversSchema } from "../../src/alerting/delivery/config/receivers-schema.ts";
import type { Directory } from "../../src/alerting/delivery/directory.ts";
import { Sender, type SenderSettings } from "../../src/alerting/delivery/sender.ts";
import { delivered, rejected, retryable } from "../../src/alerting/notifiers/outcome.ts";
import { defineNotifier } from "../../src/core/alerting/notifier.ts";
import type { OutboxRow } from "../../src/core/alerting/outbox.ts";
import { emptyChange } from "../../src/core/store.ts";
import { FakeClock } from "../support/fakes/fake-clock.ts";
import { CountingIds, FakeRandom } from "../support/fakes/fake-random.ts";
import { MemoryStore } from "../support/fakes/memory-store.ts";
import { aNotification, anAlert } from "../support/samples/notifications.ts";
import { noSmtp } from "../support/servers/no-smtp.ts";
import { runs } from "../support/story/runs.ts";
import { directoryTo } from "../support/worlds/directories.ts";

/** How a channel answers one attempt; `lost` takes the message and answers nothing, `reset` before it has read it all. */
type Answer = "taken" | "busy" | "later" | "lost" | "reset" | "refused" | "gone";
type Step =
  | Readonly<{ do: "say"; incident: number; isCritical: boolean }>
  | Readonly<{ do: "answer"; with: readonly Answer[] }>
  | Readonly<{ do: "wait"; seconds: number }>
  | Readonly<{ do: "die" }>
  /** The config is edited: the channel leaves it, or comes back. */
  | Readonly<{ do: "edit"; hasHook: boolean }>;

const passing: readonly Answer[] = ["busy", "later", "lost", "taken", "reset"];
const stepWith = (answers: readonly Answer[], ...more: readonly fc.Arbitrary<Step>[]): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant("say" as const), incident: fc.nat(2), isCritical: fc.boolean() }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("answer" as const),
        with: fc.array(fc.constantFrom(...answers), { minLength: 1, maxLength: 4 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(0, 1, 5, 30) }) },
    { weight: 1, arbitrary: fc.constant({ do: "die" as const }) },
    ...more.map((arbitrary) => ({ weight: 1, arbitrary })),
  );

/** What the channel reads of a message. */
type Arrived = Readonly<{ id: string; possibleDuplicate: boolean }>;

/** The real sender over a store and a channel that never joins messages; a sender that dies leaves its leases behind. */
class Channel {
  readonly clock = new FakeClock();
  readonly store = new MemoryStore(this.clock);
  readonly received: Arrived[] = [];
  readonly rows: OutboxRow[] = [];
  /** What arrived where the fallback leads. */
  readonly spared: string[] = [];
  failures = 0;
  deaths = 0;
  #answers: Answer[] = [];
  #isAlive = { yes: true };
  readonly #ids = new CountingIds();
  #hasHook = true;
  #kinds: Parameters<typeof openReceivers>[1] = [];
  #sender = this.#start();

  async play(steps: readonly Step[]): Promise<void> {
    for (const next of steps) {
      if (next.do === "say") await this.#say(next.incident, next.isCritical);
      else if (next.do === "answer") this.#answers.push(...next.with);
      else if (next.do === "wait") await this.clock.advance(next.seconds * 1000);
      else if (next.do === "edit") {
        this.#hasHook = next.hasHook;
        this.#sender.setDirectory(this.#directory());
      } else {
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
      fallback: ["spare"],
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
    this.#kinds = [this.#kind(alive, never), this.#spareKind(alive, never)];
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
      ids: this.#ids,
      owner: `owner-${this.deaths}`,
      directory: this.#directory(),
      hooks: { onAttempt: () => {}, onDead: () => {}, onDigest: () => {}, onBudget: () => {}, onTrouble: () => {} },
    });
    sender.start();
    return sender;
  }

  #directory(): Directory {
    const spare = { to: [{ kind: "spare" }] };
    const raw = this.#hasHook ? { hook: { to: [{ kind: "hook" }], fallback: ["spare"] }, spare } : { spare };
    return directoryTo(openReceivers(receiversSchema(this.#kinds).parse(raw), this.#kinds));
  }

  #spareKind(alive: Readonly<{ yes: boolean }>, never: Promise<never>) {
    return defineNotifier({
      kind: "spare",
      title: "Spare",
      options: z.strictObject({}),
      limit: { count: 20, perMs: 1000 },
      alertsOnly: true,
      endpoint: () => "spare",
      render: ({ alerts }) => alerts.map(({ fingerprint }) => fingerprint),
      send: async (message) => {
        if (!alive.yes) return never;
        this.spared.push(...message);
        return delivered;
      },
    });
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
        if (answer === "taken" || answer === "lost" || answer === "reset") this.received.push(message);
        await this.clock.sleep(200);
        if (answer === "busy") return retryable("server_error", "HTTP 503");
        if (answer === "later") return retryable("rate_limited", "HTTP 429", { afterMs: 20_000 });
        if (answer === "refused") return rejected("message", "unexpected_answer", "HTTP 400");
        if (answer === "gone") return rejected("endpoint", "endpoint_gone", "HTTP 404");
        if (answer === "reset") return retryable("reset", "connection reset", { maybeDelivered: true });
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

const storyOf = (step: fc.Arbitrary<Step>) => fc.array(step, { maxLength: 40, size: "max" });
const story = storyOf(stepWith(passing));
const edit = fc.record({ do: fc.constant("edit" as const), hasHook: fc.boolean() });
const hardStory = storyOf(stepWith([...passing, "refused", "gone"], edit));

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
      runs(60),
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
      runs(60),
    );
  });

  it("I7: whatever the channel answers and however the config is edited, each message ends once, and what it refuses arrives elsewhere", async () => {
    await fc.assert(
      fc.asyncProperty(hardStory, async (steps) => {
        const { received, spared, rows, store } = await played(steps);

        const records = await store.deliveries(10_000);
        const arrived = new Set([...received.map(({ id }) => id.replace(/^n-/, "")), ...spared]);
        for (const { id } of rows) {
          expect(records.filter(({ outboxId, ended }) => outboxId === id && ended === true)).toHaveLength(1);
          expect(arrived, id).toContain(id);
        }
        expect((await store.facts()).outboxPending).toBe(0);
      }),
      runs(40),
    );
  });
});
