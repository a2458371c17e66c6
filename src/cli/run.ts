import { readInThread } from "../app/configuration/config-reading.ts";
import type { ConfigSource } from "../app/configuration/config-source.ts";
import type { Sending } from "../app/daemon/base-parts.ts";
import { type Launched, launch, prepareThreads } from "../app/daemon/launch.ts";
import { AppError, messageOf } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { count } from "../core/text/count.ts";
import { endProcess, onBug, type Terminal } from "../platform/terminal.ts";
import { type Command, switchOption, textOption } from "./command.ts";
import { configOptions, configSource, loadOrExplain } from "./config-arguments.ts";

/** Runs the daemon until it is asked to stop. */
export const run: Command = {
  name: "run",
  summary: "Runs the daemon until SIGTERM or Ctrl-C; SIGHUP reads the config again.",
  positionals: "",
  options: {
    ...configOptions,
    "blackbox.config": {
      type: "string",
      placeholder: "FILE",
      describe: "Modules of blackbox_exporter to answer /probe with, in place of the config's `blackbox.modules_file`.",
    },
    mode: {
      type: "string",
      placeholder: "real|shadow",
      describe: "shadow judges and records what would be sent, and sends nothing, now or later (default: real).",
    },
    "no-notify": {
      type: "boolean",
      describe: "Judge and record everything, send nothing; messages wait for a start without this.",
    },
  },
  async run({ values, terminal }) {
    const reloads = new EarlyReloads(terminal);
    const blackboxFile = textOption(values, "blackbox.config");
    const sending = sendingOf(values);
    const source = { ...configSource(values), ...(blackboxFile === undefined ? {} : { blackboxFile }) };
    prepareThreads();
    const { loaded, warnings } = await load(source, terminal);
    const stopAsked = Promise.withResolvers<string>();
    const launched = await launch({
      source,
      loaded,
      logFormat: terminal.isInteractive ? "text" : "json",
      sending,
      onQuit: () => stopAsked.resolve("quit"),
    });
    if (warnings.length > 0) launched.log.warn("config_warnings", { warnings });
    greet(launched, terminal, sending);
    listenToSignals(launched, terminal, stopAsked.resolve);
    reloads.handTo(() => void launched.daemon.reload());
    const why = await stopAsked.promise;
    launched.log.info("stopping", { because: why });
    await launched.daemon.stop();
    launched.log.info("stopped");
    await launched.flushLog();
    return exitCodes.ok;
  },
};

/** Loads the config in a thread that ends: what parsing leaves behind would stay in this one for good. A log keeps to its one line per event, warnings too. */
async function load(source: ConfigSource, terminal: Terminal) {
  const warnings: string[] = [];
  const listening = { error: (line: string) => void warnings.push(line.replace(/^warning: /, "")) };
  try {
    return {
      loaded: await loadOrExplain(source, terminal.isInteractive ? terminal : listening, readInThread),
      warnings,
    };
  } catch (error) {
    for (const warning of warnings) terminal.error(`warning: ${warning}`);
    throw error;
  }
}

function sendingOf(values: Parameters<Command["run"]>[0]["values"]): Sending {
  const mode = textOption(values, "mode") ?? "real";
  const isHeld = switchOption(values, "no-notify");
  if (mode !== "real" && mode !== "shadow")
    throw new AppError("ERR_USAGE", `--mode takes real or shadow, not "${mode}".`);
  if (isHeld && mode === "shadow") throw new AppError("ERR_USAGE", "--no-notify and --mode shadow exclude each other.");
  return isHeld ? "held" : mode;
}

/** Listens to SIGHUP from the first moment, since it ends a process that does not; one that came during the start is made up for. */
class EarlyReloads {
  #reload = (): void => {
    this.#cameEarly = true;
  };
  #cameEarly = false;

  constructor(terminal: Terminal) {
    terminal.onReload(() => this.#reload());
  }

  handTo(reload: () => void): void {
    this.#reload = reload;
    if (this.#cameEarly) reload();
  }
}

function greet({ daemon, config, log }: Launched, terminal: Terminal, sending: Sending): void {
  const { environment } = config.loaded;
  const { checks } = daemon;
  const targets = checks.reduce((sum, check) => sum + check.targets.length, 0);
  log.info("started", { checks: checks.length, targets, environment, addresses: Object.fromEntries(daemon.addresses) });
  if (sending !== "real") log.warn("sends_nothing", { mode: sending });
  const silent =
    sending === "real" ? "" : `; it sends nothing (${sending === "held" ? "--no-notify" : "--mode shadow"})`;
  terminal.out(
    `Watchfire watches ${count(checks.length, "check")} on ${count(targets, "target")} (${environment}); look at ${localUrl(daemon.addresses)}/${silent}`,
  );
}

function listenToSignals({ log, flushLog }: Launched, terminal: Terminal, stop: (why: string) => void): void {
  let asked = false;
  terminal.onStop((signal) => {
    if (asked) endProcess(exitCodes.ok);
    asked = true;
    stop(signal);
  });
  onBug((error) => {
    const stack = error instanceof Error ? error.stack : undefined;
    log.error("bug", { "error.message": messageOf(error), "error.stack_trace": stack });
    void endAfter(flushLog);
  });
}

async function endAfter(flushLog: () => Promise<void>): Promise<never> {
  await flushLog();
  return endProcess(exitCodes.bug);
}

// Where a browser on this machine finds the daemon: a listener on all addresses is reached over loopback.
function localUrl(addresses: ReadonlyMap<string, string>): string {
  const [address = ""] = addresses.values();
  return address.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
}
