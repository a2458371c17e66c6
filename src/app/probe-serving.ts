import type { MessagePort } from "node:worker_threads";
import type { Check } from "../core/checks/check.ts";
import type { Probe, ProbeIo, ProbeKind } from "../core/checks/probe.ts";
import { invariant } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Inbox } from "../core/ports/inbox.ts";
import type { Random } from "../core/ports/random.ts";
import { ArrivalInbox } from "../scheduler/inbox.ts";
import { Scheduler } from "../scheduler/scheduler.ts";
import { Gathering } from "./gathering.ts";
import type { ProbeOrder, ProbeReport, SingleJob, SingleOutcome } from "./probe-messages.ts";
import { SingleRuns } from "./single-runs.ts";

export type ProbeServingParts = Readonly<{
  kinds: readonly ProbeKind[];
  /** Makes the ports of one check around its inbox. */
  io(inbox: Inbox): ProbeIo;
  clock: Clock;
  random: Random;
}>;

/** What ends within a few milliseconds is told together: most of a batch of jobs does. */
const outcomeTimes = { distanceMs: 25, leastMs: 5 };

/** Serves main's orders in a probe worker until it is told to drain. */
export function serveProbes(port: MessagePort, parts: ProbeServingParts): void {
  const worker = new ProbeServing(port, parts);
  port.on("message", (order: ProbeOrder) => worker.obey(order));
  worker.report({ kind: "ready" });
}

class ProbeServing {
  readonly #port: MessagePort;
  readonly #parts: ProbeServingParts;
  readonly #kinds: ReadonlyMap<string, ProbeKind>;
  /** One inbox per check: two checks may wait for senders of the same name. */
  readonly #inboxes = new Map<string, ArrivalInbox>();
  readonly #singles: SingleRuns;
  readonly #outcomes: Gathering<SingleOutcome>;
  #singlesUnderWay = 0;
  #scheduler: Scheduler | undefined;

  constructor(port: MessagePort, parts: ProbeServingParts) {
    this.#port = port;
    this.#parts = parts;
    this.#kinds = new Map(parts.kinds.map((kind) => [kind.kind, kind]));
    this.#outcomes = new Gathering(parts.clock, outcomeTimes, (outcomes) =>
      this.report({ kind: "ran_single", outcomes }),
    );
    this.#singles = new SingleRuns(this.#kinds, () => parts.io(new ArrivalInbox()));
  }

  obey(order: ProbeOrder): void {
    switch (order.kind) {
      case "start":
        return this.#start(order);
      case "replace":
        this.#forgetInboxes(order.plan.checks);
        return this.#running().replace(order.plan.checks, order.plan.seeds, order.plan.generation);
      case "confirm":
        for (const { key, confirming } of order.confirmations) this.#running().confirm(key, confirming);
        return;
      case "arrived":
        return this.#arrive(order);
      case "run_now":
        return this.report({ kind: "run_now", order: order.order, begun: this.#running().runNow(order.key) });
      case "run_single":
        for (const job of order.jobs) void this.#runSingle(job);
        return;
      case "drain":
        void this.#running()
          .drain(order.withinMs)
          .then(() => {
            this.#outcomes.flush();
            this.report({ kind: "drained" });
          });
    }
  }

  async #runSingle([number, timeoutMs, moduleText, targetText]: SingleJob): Promise<void> {
    this.#singlesUnderWay += 1;
    const probed = await this.#singles.run({ moduleText, targetText, timeoutMs }, this.#running());
    this.#singlesUnderWay -= 1;
    this.#outcomes.add([number, probed.verdict, probed.durationMs, probed.metrics, probed.findings, probed.notes]);
    // There is nothing left to wait for.
    if (this.#singlesUnderWay === 0) this.#outcomes.flush();
  }

  report(report: ProbeReport): void {
    // A transfer list tells the linter that this is no window.
    this.#port.postMessage(report, []);
  }

  #start({ plan, caps }: Extract<ProbeOrder, { kind: "start" }>): void {
    const { clock, random } = this.#parts;
    this.#scheduler = new Scheduler({
      clock,
      random,
      caps,
      open: (check) => this.#open(check),
      emit: (batch) => this.report({ kind: "batch", batch }),
      takeArrivalsDropped: () => this.#takeArrivalsDropped(),
    });
    this.#scheduler.start(plan.checks, plan.seeds, plan.generation);
  }

  #arrive({ key, arrival }: Extract<ProbeOrder, { kind: "arrived" }>): void {
    const scheduler = this.#running();
    // The probe compares arrivals with expected moments, which stand on the scheduler's time line.
    const atMs = Math.floor(arrival.atMs + scheduler.skewMs());
    this.#inboxOf(key.check).put(key.target, { ...arrival, atMs });
    scheduler.arrived(key, arrival);
  }

  #open(check: Check): Probe {
    const kind = this.#kinds.get(check.probe);
    invariant(kind !== undefined, `check ${check.id} has the probe kind "${check.probe}", which is not there`);
    return kind.open(check.options, this.#parts.io(this.#inboxOf(check.id)), check.secrets);
  }

  #inboxOf(checkId: string): ArrivalInbox {
    const inbox = this.#inboxes.get(checkId) ?? new ArrivalInbox();
    this.#inboxes.set(checkId, inbox);
    return inbox;
  }

  #forgetInboxes(checks: readonly Check[]): void {
    const kept = new Set(checks.map((check) => check.id));
    for (const id of this.#inboxes.keys()) if (!kept.has(id)) this.#inboxes.delete(id);
  }

  #takeArrivalsDropped(): number {
    let dropped = 0;
    for (const inbox of this.#inboxes.values()) dropped += inbox.takeDropped();
    return dropped;
  }

  #running(): Scheduler {
    invariant(this.#scheduler !== undefined, "a probe worker got an order before its start");
    return this.#scheduler;
  }
}
