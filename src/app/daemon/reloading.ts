import type { ReloadOutcome } from "../../api/api-dependencies.ts";
import type { ConfigOutcome } from "../../config/load-config.ts";
import { diffConfigs } from "../../config/shown/diff-configs.ts";
import { renderIssue } from "../../config/source/issue.ts";
import { messageOf } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { SelfMetrics } from "../../exporters/prometheus/self-metrics.ts";
import { type AppConfig, openAppConfig } from "../configuration/app-config.ts";
import type { Trouble } from "./trouble.ts";

export type ReloadParts = Readonly<{
  parts: Readonly<{
    clock: Pick<Clock, "now">;
    log: Logger;
    metrics: Pick<SelfMetrics, "configLoaded">;
    trouble: Pick<Trouble, "set">;
  }>;
  /** Reads and validates the config. @throws {Error} when the reading itself breaks off. */
  read(signal: AbortSignal): Promise<ConfigOutcome>;
  current(): AppConfig;
  /** Finds out what a new config needs from outside before it is put in force. */
  prepare(next: AppConfig): Promise<void>;
  /** Puts a new config in force, whole. */
  apply(next: AppConfig): void;
}>;

/** Reads the config again, one reload at a time; on any error the one that runs stays whole. */
export class Reloading {
  readonly #reload: ReloadParts;
  #running: Promise<ReloadOutcome> | undefined;
  #again = false;
  #isAsked = false;
  /** What was logged last of the config, until that is over: who only saw a file change need not say it again. */
  readonly #logged = new Map<string, string>();
  readonly #stopped = new AbortController();

  constructor(reload: ReloadParts) {
    this.#reload = reload;
  }

  /** Reloads; a call while one is under way waits for one that began after it. `isAsked`: by somebody, who wants to read in the log how it went. */
  run(isAsked: boolean): Promise<ReloadOutcome> {
    this.#isAsked ||= isAsked;
    if (this.#running !== undefined) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#turns().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Applies nothing any more; a reading that is under way is broken off. */
  stop(): void {
    this.#again = false;
    this.#stopped.abort();
  }

  async #turns(): Promise<ReloadOutcome> {
    let outcome = await this.#once();
    while (this.#again) {
      this.#again = false;
      outcome = await this.#once();
    }
    return outcome;
  }

  async #once(): Promise<ReloadOutcome> {
    const { parts } = this.#reload;
    const isAsked = this.#isAsked;
    this.#isAsked = false;
    const outcome = await this.#read();
    if (this.#stopped.signal.aborted) return { ok: false, problems: ["the daemon stops"] };
    if (outcome === undefined)
      return this.#refused(["the thread that reads the config broke off; see the log"], isAsked);
    if (!outcome.ok) return this.#refused(outcome.issues.map(renderIssue), isAsked);
    const warnings = outcome.warnings.map(renderIssue);
    this.#logged.delete("config_refused");
    if (this.#isNews("config_warnings", warnings, isAsked)) parts.log.warn("config_warnings", { warnings });
    const before = this.#reload.current();
    parts.metrics.configLoaded(true, parts.clock.now());
    parts.trouble.set("config", undefined);
    if (outcome.config.fingerprint === before.loaded.fingerprint) return { ok: true, summary: "nothing changed" };
    const next = openAppConfig(outcome.config);
    const lines = diffConfigs(before.loaded, next.loaded);
    await this.#reload.prepare(next);
    if (this.#stopped.signal.aborted) return { ok: false, problems: ["the daemon stops"] };
    this.#reload.apply(next);
    const summary = [...lines, ...restartNotes(before, next)].join("\n");
    parts.log.info("config_reloaded", { changes: lines.length, summary });
    return { ok: true, summary };
  }

  /** Something there is to log that somebody asked for, or that differs from what was logged last. */
  #isNews(event: string, lines: readonly string[], isAsked: boolean): boolean {
    const text = lines.join("\n");
    const isKnown = (this.#logged.get(event) ?? "") === text;
    this.#logged.set(event, text);
    return lines.length > 0 && (isAsked || !isKnown);
  }

  async #read(): Promise<ConfigOutcome | undefined> {
    try {
      return await this.#reload.read(this.#stopped.signal);
    } catch (error) {
      this.#reload.parts.log.error("config_thread_lost", { "error.message": messageOf(error) });
      return undefined;
    }
  }

  #refused(problems: readonly string[], isAsked: boolean): ReloadOutcome {
    const { parts } = this.#reload;
    parts.metrics.configLoaded(false, parts.clock.now());
    const [first = "", ...others] = problems;
    parts.trouble.set("config", {
      en: `the changed config does not load, the old one stays: ${first}${others.length === 0 ? "" : `, and ${others.length} more`}`,
      zh: `改动后的配置无法加载,继续使用原配置:${first}${others.length === 0 ? "" : ` 等${problems.length}处`}`,
    });
    if (this.#isNews("config_refused", problems, isAsked)) parts.log.error("config_refused", { problems });
    return { ok: false, problems };
  }
}

const onlyAtStart = ["server", "storage", "log"] as const;

function restartNotes(before: AppConfig, next: AppConfig): readonly string[] {
  return onlyAtStart
    .filter(
      (section) => JSON.stringify(before.loaded.sections[section]) !== JSON.stringify(next.loaded.sections[section]),
    )
    .map((section) => `${section}: takes effect at the next start`);
}
