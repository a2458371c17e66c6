import { type Launched, launch } from "../app/daemon/launch.ts";
import { messageOf } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { endProcess, onBug, type Terminal } from "../platform/terminal.ts";
import { type Command, switchOption } from "./command.ts";
import { configOptions, configSource, loadOrExplain } from "./config-arguments.ts";

/** Runs the daemon until it is asked to stop. */
export const run: Command = {
  name: "run",
  summary: "Runs the daemon until SIGTERM or Ctrl-C; SIGHUP reads the config again.",
  positionals: "",
  options: {
    ...configOptions,
    "no-notify": { type: "boolean", describe: "Judge and record everything, send nothing." },
  },
  async run({ values, terminal }) {
    const source = configSource(values);
    const loaded = await loadOrExplain(source, terminal);
    const stopAsked = Promise.withResolvers<string>();
    const launched = await launch({
      source,
      loaded,
      logFormat: terminal.isInteractive ? "text" : "json",
      notifies: !switchOption(values, "no-notify"),
      onQuit: () => stopAsked.resolve("quit"),
    });
    greet(launched, terminal);
    listenToSignals(launched, terminal, stopAsked.resolve);
    const why = await stopAsked.promise;
    launched.log.info("stopping", { because: why });
    await launched.daemon.stop();
    launched.log.info("stopped");
    return exitCodes.ok;
  },
};

function greet({ daemon, config, log }: Launched, terminal: Terminal): void {
  const { checks, environment } = config.loaded;
  const targets = checks.reduce((sum, check) => sum + check.targets.length, 0);
  log.info("started", { checks: checks.length, targets, environment, addresses: Object.fromEntries(daemon.addresses) });
  const [address] = daemon.addresses.values();
  terminal.out(
    `Watchfire watches ${checks.length} checks on ${targets} targets (${environment}); look at ${address ?? ""}/`,
  );
}

function listenToSignals({ daemon, log }: Launched, terminal: Terminal, stop: (why: string) => void): void {
  let asked = false;
  terminal.onStop((signal) => {
    if (asked) endProcess(exitCodes.ok);
    asked = true;
    stop(signal);
  });
  terminal.onReload(() => void daemon.reload());
  onBug((error) => {
    log.error("bug", {
      "error.message": messageOf(error),
      "error.stack_trace": error instanceof Error ? error.stack : undefined,
    });
    terminal.error(
      `watchfire: this is a bug, please report it with these lines:\n${error instanceof Error ? error.stack : String(error)}`,
    );
    endProcess(exitCodes.bug);
  });
}
