import type { LoadedConfig } from "../../config/loaded-config.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { Redaction } from "../../core/secrets/redaction.ts";
import { secretsIn } from "../../core/secrets/secret.ts";
import { systemClock } from "../../platform/clock.ts";
import { LogSink } from "../../platform/files/log-sink.ts";
import { growSlowly } from "../../platform/heap-room.ts";
import { systemHostFacts } from "../../platform/host-facts.ts";
import { createLogger } from "../../platform/logger.ts";
import { nodeVersion, processorCount } from "../../platform/machine.ts";
import { processFacts } from "../../platform/processes/process-facts.ts";
import { type AppConfig, openAppConfig } from "../configuration/app-config.ts";
import { type ConfigSource, directoryOfSource } from "../configuration/config-source.ts";
import { probeThreads } from "../probe-pool.ts";
import { openStorageThread, storageThreads } from "../storage-client.ts";
import { version } from "../version.ts";
import type { Sending } from "./base-parts.ts";
import { Daemon } from "./daemon.ts";

const mostWorkers = 4;
const standardError = 2;
const flushMs = 500;

export type LaunchRequest = Readonly<{
  source: ConfigSource;
  loaded: LoadedConfig;
  /** Format of log lines where the config does not say. */
  logFormat: "json" | "text";
  sending: Sending;
  onQuit(): void;
}>;

export type Launched = Readonly<{
  daemon: Daemon;
  config: AppConfig;
  log: Logger;
  /** Waits a moment for the last lines to be taken. */
  flushLog(): Promise<void>;
}>;

/** Opens the store and starts the daemon on a config that loaded. @throws {AppError} when it cannot start; nothing is left running then. */
export async function launch(request: LaunchRequest): Promise<Launched> {
  growSlowly();
  const config = openAppConfig(request.loaded);
  const redaction = new Redaction();
  const hide = (next: AppConfig): void => {
    const ofChecks = next.loaded.checks.flatMap(({ secrets }) => secrets ?? []);
    for (const secret of [...secretsIn(next), ...ofChecks]) redaction.add(secret);
  };
  hide(config);
  const { level, format = request.logFormat } = config.log;
  const sink = new LogSink(standardError);
  const log = createLogger(
    sink,
    { level, format, fields: { "service.environment": request.loaded.environment } },
    redaction.apply,
  );
  const { store: storage, opening } = await openStorageThread({
    settings: config.storage,
    clock: systemClock,
    onLost: (error) => log.error("storage_thread_lost", { "error.code": error.code, "error.message": error.message }),
    onReopened: ({ setAside }) => log.warn("storage_thread_reopened", { set_aside: setAside?.path }),
  });
  let daemon: Daemon | undefined;
  try {
    daemon = new Daemon({
      ...request,
      config,
      configDirectory: await directoryOfSource(request.source),
      storage,
      opening,
      log,
      versions: { version: version(), nodeVersion: nodeVersion() },
      process: processFacts,
      workers: workerCount(),
      hostNames: [systemHostFacts.uname().nodename],
      onConfig: hide,
    });
    await daemon.start();
    return { daemon, config, log, flushLog: () => sink.flush(flushMs) };
  } catch (error) {
    await (daemon === undefined ? storage.close() : daemon.stop());
    throw error;
  }
}

/** Lets the daemon's threads load their code while its config is still being read. */
export function prepareThreads(): void {
  storageThreads.prepare(1);
  probeThreads.prepare(workerCount());
}

function workerCount(): number {
  return Math.max(1, Math.min(mostWorkers, processorCount() - 1));
}
