import type { Clock } from "../../core/ports/clock.ts";
import type { PowerShell } from "../../core/ports/power-shell.ts";
import { SupervisedShell } from "./supervised-shell.ts";

/** The one that every Windows has; questions come by its standard input, whose end ends it, so that none outlives us. */
function systemCommand(): readonly [string, ...string[]] {
  const root = process.env["SystemRoot"] ?? "C:\\Windows";
  return [
    `${root}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`,
    ..."-NoLogo -NoProfile -NonInteractive -InputFormat Text -ExecutionPolicy Bypass -Command -".split(" "),
  ];
}

/** Opens sessions of PowerShell; those of one script share one process, which ends with the last of them. */
export function createPowerShell(clock: Clock, command = systemCommand()): PowerShell {
  const shells = new Map<string, { shell: SupervisedShell; users: number }>();
  return {
    open(script) {
      const shared = shells.get(script.prelude) ?? { shell: new SupervisedShell(command, script, clock), users: 0 };
      shells.set(script.prelude, shared);
      shared.users += 1;
      let isOpen = true;
      return {
        ask: (wanted, waitMs, signal) => shared.shell.ask(wanted, waitMs, signal),
        close() {
          if (!isOpen) return;
          isOpen = false;
          shared.users -= 1;
          if (shared.users === 0) shared.shell.stop();
        },
      };
    },
  };
}
