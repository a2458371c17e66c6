import type { CanariesConfig, UplinkConfig } from "../../alerting/uplink/uplink-schema.ts";
import { UplinkWatch } from "../../alerting/uplink/uplink-watch.ts";
import { mayBeUplink, targetKey, targetsOutside, withoutUplink } from "../../alerting/uplink/without-uplink.ts";
import type { Check } from "../../core/checks/check.ts";
import type { Result } from "../../core/checks/result.ts";
import type { Said } from "../../core/message/said.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Dialer } from "../../core/ports/dialer.ts";
import type { Resolver } from "../../core/ports/resolver.ts";
import type { Trouble } from "./trouble.ts";

type GateParts = Readonly<{
  clock: Clock;
  dialer: Dialer;
  resolver: Resolver;
  trouble: Pick<Trouble, "set">;
  /** Takes results on, to be judged. */
  take(results: readonly Result[]): void;
}>;

/** Holds failures of targets outside until the canaries have answered, and passes them as unknown when none does. */
export class UplinkGate {
  readonly #parts: GateParts;
  #watch: UplinkWatch | undefined;
  #config: CanariesConfig | undefined;
  #outside: ReadonlySet<string> = new Set();
  /** What could not be measured since the uplink was lost. */
  readonly #unknown = new Set<string>();

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** Watches by another config from now on. */
  use(config: UplinkConfig | undefined, checks: readonly Check[]): void {
    const next = config?.kind === "canaries" ? config : undefined;
    this.#outside = targetsOutside(checks, next?.inside ?? []);
    if (JSON.stringify(next) === JSON.stringify(this.#config)) return;
    this.#config = next;
    void this.#watch?.stop();
    this.#unknown.clear();
    this.#parts.trouble.set("uplink", undefined);
    if (next === undefined) {
      this.#watch = undefined;
      return;
    }
    this.#watch = new UplinkWatch(next.addresses, {
      ...this.#parts,
      onChange: (lostSinceMs) => this.#tell(next, lostSinceMs !== undefined),
    });
    this.#watch.start();
  }

  async stop(): Promise<void> {
    await this.#watch?.stop();
  }

  /** Returns the results that need no canary; the others follow by `take` when it is known what they mean. */
  pass(results: readonly Result[]): readonly Result[] {
    const watch = this.#watch;
    if (watch === undefined || this.#config?.lost_means === "outage") return results;
    const doubtful = results.filter((result) => mayBeUplink(result) && this.#isOutside(result));
    if (doubtful.length === 0) return results;
    void watch.isThere().then((isThere) => this.#parts.take(isThere ? doubtful : this.#withoutUplink(doubtful)));
    const held = new Set(doubtful);
    return results.filter((result) => !held.has(result));
  }

  #withoutUplink(results: readonly Result[]): readonly Result[] {
    for (const { check, target } of results) this.#unknown.add(targetKey(check, target));
    return results.map(withoutUplink);
  }

  #isOutside({ check, target }: Result): boolean {
    return this.#outside.has(targetKey(check, target));
  }

  #tell({ addresses, lost_means: meaning }: CanariesConfig, isLost: boolean): void {
    if (!isLost) {
      this.#parts.trouble.set("uplink", undefined, sumOf(this.#unknown.size));
      return this.#unknown.clear();
    }
    const isUnknown = meaning === "unknown";
    this.#parts.trouble.set("uplink", {
      en: `${addresses.length === 1 ? "the canary does not answer; until it does" : `none of ${addresses.length} canaries answers; until one does`}, targets outside that fail are ${isUnknown ? "unknown" : "down"}`,
      zh: `${addresses.length} 个探测点都没有应答;在此期间,外部目标失败一律记为「${isUnknown ? "未知" : "不可用"}」`,
    });
  }
}

/** What a lost uplink came to. */
function sumOf(unknown: number): Said | undefined {
  if (unknown === 0) return undefined;
  return {
    en: `${unknown === 1 ? "1 check was" : `${unknown} checks were`} unknown meanwhile, without alerts of their own`,
    zh: `其间 ${unknown} 项检查记为「未知」,没有据此报警`,
  };
}
