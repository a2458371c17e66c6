import type { Verdict } from "./checks/finding.ts";
import type { ErrorCode } from "./errors.ts";

/** Exit codes of `check` and `probe`, after the Nagios plugin convention. @see https://www.monitoring-plugins.org/doc/guidelines.html */
export const verdictExitCodes = { up: 0, flaw: 1, down: 2, unknown: 3 } as const;

/** Exit codes of everything else, after sysexits.h. */
export const exitCodes = {
  ok: 0,
  undelivered: 1,
  usage: 64,
  addressInUse: 69,
  bug: 70,
  dataDirectory: 73,
  storage: 74,
  storageInUse: 75,
  config: 78,
} as const;

export const exitCodeOf: Readonly<Record<ErrorCode, number>> = {
  ERR_USAGE: exitCodes.usage,
  ERR_CONFIG_INVALID: exitCodes.config,
  ERR_CONFIG_MISSING: exitCodes.config,
  ERR_ADDRESS_IN_USE: exitCodes.addressInUse,
  ERR_DATA_DIRECTORY: exitCodes.dataDirectory,
  ERR_STORAGE_LOCKED: exitCodes.storage,
  ERR_STORAGE_FULL: exitCodes.storage,
  ERR_STORAGE_IO: exitCodes.storage,
  ERR_STORAGE_NEWER: exitCodes.storage,
  ERR_STORAGE_VERSION: exitCodes.storage,
  ERR_STORAGE_IN_USE: exitCodes.storageInUse,
  ERR_DAEMON_UNREACHABLE: exitCodes.addressInUse,
};

/** Exit code for the worst of several runs: down, then unknown, then flaw. */
export function exitCodeOfRuns(runs: readonly Readonly<{ verdict: Verdict; flawed: boolean }>[]): number {
  if (runs.some((run) => run.verdict === "down")) return verdictExitCodes.down;
  if (runs.some((run) => run.verdict === "unknown")) return verdictExitCodes.unknown;
  return runs.some((run) => run.flawed) ? verdictExitCodes.flaw : verdictExitCodes.up;
}
