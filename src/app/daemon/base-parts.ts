import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { ProcessFacts } from "../../core/ports/process-facts.ts";
import { SelfMetrics } from "../../exporters/prometheus/self-metrics.ts";
import { systemClock } from "../../platform/clock.ts";
import type { AppConfig } from "../configuration/app-config.ts";
import type { StorageClient } from "../storage-client.ts";

export type Sending = "real" | "held" | "shadow";

export type PartsRequest = Readonly<{
  config: AppConfig;
  /** Where relative paths of the config begin. */
  configDirectory: string;
  storage: StorageClient;
  log: Logger;
  versions: Readonly<{ version: string; nodeVersion: string }>;
  process: ProcessFacts;
  workers: number;
  /** `held` sends nothing now: messages wait for another start; `shadow` says what it would send, and those are never sent. */
  sending: Sending;
}>;

/** What every other part uses. */
export type BaseParts = Readonly<{ clock: Clock; log: Logger; metrics: SelfMetrics }>;

/** Makes them. */
export function makeBaseParts(request: PartsRequest): BaseParts {
  const metrics = new SelfMetrics({ ...request.versions, process: request.process });
  return { clock: systemClock, log: request.log, metrics };
}
