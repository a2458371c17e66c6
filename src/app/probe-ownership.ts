import type { Check, CheckTarget } from "../core/checks/check.ts";
import { stableHash } from "../scheduler/stable-hash.ts";

/** Number of probe workers: one on one or two cores, else one core stays for the main thread, at most four. */
export function probeWorkerCount(cores: number): number {
  return cores <= 2 ? 1 : Math.min(4, cores - 1);
}

/** Index of the worker that owns a target: all targets on one host have one owner, so that its per-host cap and caches hold. */
export function ownerOf(target: Pick<CheckTarget, "id" | "host">, workers: number): number {
  return stableHash(target.host ?? target.id) % workers;
}

/** Splits checks by owner: each worker gets every check that has a target of its own, with those targets only. */
export function splitByOwner(checks: readonly Check[], workers: number): Check[][] {
  const split: Check[][] = Array.from({ length: workers }, () => []);
  for (const check of checks) {
    for (const [worker, own] of split.entries()) {
      const targets =
        workers === 1 ? check.targets : check.targets.filter((target) => ownerOf(target, workers) === worker);
      if (targets.length > 0) own.push(workers === 1 ? check : { ...check, targets });
    }
  }
  return split;
}
