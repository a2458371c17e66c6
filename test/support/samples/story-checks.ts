import { loadConfig } from "../../../src/config/load-config.ts";
import { renderIssue } from "../../../src/config/source/issue.ts";
import type { Check } from "../../../src/core/checks/check.ts";
import type { ProbeIo } from "../../../src/core/checks/probe.ts";
import type { Result } from "../../../src/core/checks/result.ts";
import type { Json } from "../../../src/core/json.ts";
import type { Service } from "../../../src/core/service.ts";
import { probeKinds } from "../../../src/probes/index.ts";
import { fixedEnv, memoryConfigFiles } from "../fakes/memory-config-files.ts";
import type { AlertingWorld } from "../worlds/alerting-world.ts";
import { type NetworkRun, startNetworkRun } from "../worlds/http-run.ts";

/** The checks and services of a config, as a daemon would load it. @throws {Error} with what is wrong in it. */
export async function checksOf(yaml: string): Promise<
  Readonly<{
    checks: ReadonlyMap<string, Check>;
    services: readonly Service[];
    warnings: readonly string[];
    hostsWithoutBackup: readonly string[];
  }>
> {
  const outcome = await loadConfig({
    files: memoryConfigFiles({ "config/base.yaml": yaml, "config/production.yaml": "" }),
    env: fixedEnv({}),
    directory: "config",
    environment: "production",
    probes: probeKinds,
    sections: {},
  });
  if (!outcome.ok) throw new Error(outcome.issues.map(renderIssue).join("\n"));
  const { checks, services, hostsWithoutBackup } = outcome.config;
  return {
    checks: new Map(checks.map((check) => [check.id, check])),
    services,
    warnings: outcome.warnings.map(renderIssue),
    hostsWithoutBackup,
  };
}

/** Runs checks of a config on real servers at the time of a world, which is told what they found. */
export class StoryRuns {
  readonly #world: AlertingWorld;
  readonly #checks: ReadonlyMap<string, Check>;
  readonly #ports: Partial<ProbeIo>;
  readonly #memories = new Map<string, Json>();

  constructor(world: AlertingWorld, checks: ReadonlyMap<string, Check>, ports: Partial<ProbeIo> = {}) {
    this.#world = world;
    this.#checks = checks;
    this.#ports = ports;
  }

  /** One run of a check's first target. */
  async run(id: string, given: Pick<NetworkRun, "expected"> = {}): Promise<Result> {
    const check = this.#checks.get(id);
    const [target] = check?.targets ?? [];
    const kind = probeKinds.find(({ kind }) => kind === check?.probe);
    if (check === undefined || target === undefined || kind === undefined) throw new Error(`no check ${id}`);
    const { result } = await startNetworkRun(kind, target.address, check.options as Readonly<Record<string, unknown>>, {
      startedAtMs: this.#world.nowMs,
      memory: this.#memories.get(id),
      ports: this.#ports,
      timeZone: check.timeZone,
      ...given,
    }).outcome;
    if (result.memory === undefined) this.#memories.delete(id);
    else this.#memories.set(id, result.memory);
    this.#world.observe(check, result);
    return result;
  }

  /** As many runs as the check needs to believe what it sees. */
  async confirm(id: string): Promise<Result> {
    const { failureThreshold = 1, successThreshold = 1 } = this.#checks.get(id) ?? {};
    let last = await this.run(id);
    for (let count = 1; count < Math.max(failureThreshold, successThreshold); count += 1) last = await this.run(id);
    return last;
  }
}
