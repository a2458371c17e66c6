import type { AlertingConfig } from "../../../src/alerting/alerting-config.ts";
import type { Alert } from "../../../src/core/alerting/alert.ts";
import type { Result } from "../../../src/core/checks/result.ts";
import type { Change } from "../../../src/core/store.ts";
import { AlertingWorld } from "../worlds/alerting-world.ts";
import { Hearing } from "./hearing.ts";
import { Reading } from "./reading.ts";
import { type Company, happen, type StoryStep } from "./steps.ts";

/** A world with the log of what was recorded of it, by check. */
export class RecordedWorld extends AlertingWorld {
  readonly results: Result[];
  readonly readings = new Map<string, Reading>();
  readonly hearing: Hearing;

  constructor(config: AlertingConfig) {
    const results: Result[] = [];
    const hearing = new Hearing();
    super(config, (change) => {
      results.push(...change.results);
      if (change.outbox.length > 0) hearing.read(change, this.config.receivers);
      for (const result of change.results) this.#read(result);
    });
    this.results = results;
    this.hearing = hearing;
  }

  /** What starts of the daemon have changed, each on its own. */
  readonly starts: Change[] = [];

  override restart(config: AlertingConfig = this.config): Change {
    const change = super.restart(config);
    this.starts.push(change);
    return change;
  }

  override reload(config: AlertingConfig): void {
    super.reload(config);
    this.hearing.leave(config.receivers);
  }

  #read(result: Result): void {
    const check = this.config.checks.find(({ id }) => id === result.check);
    if (check === undefined) return;
    const reading = this.readings.get(check.id) ?? new Reading();
    this.readings.set(check.id, reading);
    reading.take(result, check);
  }

  /** Alerts of outages that fire now, by check. */
  get outages(): ReadonlyMap<string, Alert> {
    return new Map(
      this.engine
        .snapshot()
        .alerts.filter(({ status, labels }) => status === "firing" && labels["alertname"] === "CheckDown")
        .map((alert) => [alert.labels["check"] ?? "", alert]),
    );
  }
}

/** Lets a story happen; `after` sees the world after each step. */
export function play(
  company: Company,
  steps: readonly StoryStep[],
  after: (world: RecordedWorld, step: StoryStep) => void = () => {},
): RecordedWorld {
  const world = new RecordedWorld(company.configs[0]);
  for (const step of steps) {
    happen(world, company, step);
    // A check that leaves the config begins anew when it comes back.
    for (const id of world.readings.keys())
      if (world.config.checks.every((check) => check.id !== id)) world.readings.delete(id);
    after(world, step);
  }
  return world;
}
