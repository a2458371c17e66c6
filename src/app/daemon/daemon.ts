import { dirname } from "node:path";
import { DeadmanPing } from "../../alerting/deadman/deadman-ping.ts";
import type { ApiDependencies, ReloadOutcome } from "../../api/api-dependencies.ts";
import { type ApiServer, openApi } from "../../api/api-server.ts";
import { PushTokens } from "../../api/push-tokens.ts";
import { readOrCreateAdminToken, readOrCreatePipelineToken, readOrCreatePushKey } from "../../api/secret-tokens.ts";
import type { Check } from "../../core/checks/check.ts";
import { deliveryTrouble } from "../../core/message/delivery-words.ts";
import { createScrape } from "../../exporters/prometheus/scrape.ts";
import { type ConfigWatch, watchConfig } from "../../platform/files/config-watch.ts";
import { secretFiles } from "../../platform/files/secret-files.ts";
import { yieldLoop } from "../../platform/yield-loop.ts";
import type { StoreOpening } from "../../storage/sqlite/open-sqlite-store.ts";
import type { AppConfig } from "../configuration/app-config.ts";
import { readInThread } from "../configuration/config-reading.ts";
import type { ConfigSource } from "../configuration/config-source.ts";
import { directoryOf } from "../configuration/directory.ts";
import { deliverPush, overviewFacts, runningConfig } from "./api-facts.ts";
import type { PartsRequest } from "./base-parts.ts";
import { type DaemonParts, makeParts } from "./daemon-parts.ts";
import { ListenerCertificates } from "./listener-certificates.ts";
import { Reloading } from "./reloading.ts";

const drainMs = 10_000;

export type DaemonRequest = PartsRequest &
  Readonly<{
    source: ConfigSource;
    opening: StoreOpening;
    hostNames: readonly string[];
    /** Another config is about to be used. */
    onConfig(next: AppConfig): void;
    /** Somebody asked for an orderly stop over HTTP. */
    onQuit(): void;
  }>;

/** The daemon: everything that runs between a start and a stop. */
export class Daemon {
  readonly #request: DaemonRequest;
  readonly #parts: DaemonParts;
  readonly #reloading: Reloading;
  readonly #pushTokens: PushTokens;
  readonly #startedAtMs: number;
  /** The config as it is written; targets that sources list are not in it. */
  #written: AppConfig;
  /** The config in force, with those targets. */
  #config: AppConfig;
  #api: ApiServer | undefined;
  #watch: ConfigWatch | undefined;
  #deadman: DeadmanPing | undefined;
  readonly #certificates: ListenerCertificates;
  #isReady = false;

  constructor(request: DaemonRequest) {
    this.#request = request;
    this.#written = request.config;
    this.#config = request.config;
    this.#parts = makeParts(this.#request, () => this.#retarget());
    this.#startedAtMs = this.#parts.clock.now();
    this.#certificates = new ListenerCertificates({ ...this.#parts, metrics: this.#parts.metrics.listeners });
    this.#pushTokens = new PushTokens(readOrCreatePushKey(secretFiles, this.#dataDirectory));
    this.#reloading = new Reloading({
      parts: this.#parts,
      read: (signal) => readInThread(request.source, signal),
      current: () => this.#written,
      prepare: (next) => this.#parts.discovery.prepare(next),
      apply: (next) => this.#apply(next),
    });
  }

  /** Addresses the daemon answers at, by listener. */
  get addresses(): ReadonlyMap<string, string> {
    return this.#api?.addresses ?? new Map<string, string>();
  }

  /** What is watched now, targets that sources list included. */
  get checks(): readonly Check[] {
    return this.#config.loaded.checks;
  }

  /** Listens first, so that a taken port stops the start before anything is probed; then takes up where the store left off. @throws {AppError} */
  async start(): Promise<void> {
    const { engine, store, exposition, commits, seeds, pool, sender, metrics, clock, trouble, discovery } = this.#parts;
    const identities = await this.#certificates.open(this.#config.server.listeners);
    this.#api = await openApi(this.#config.server, this.#apiDependencies(), identities);
    await discovery.prepare(this.#written);
    const loaded = await store.load();
    this.#config = discovery.use(this.#written);
    this.#setChecks();
    for (const state of loaded.checkStates) {
      seeds.load(state);
      exposition.recordState(state);
    }
    commits.add(engine.restore(loaded, clock.now(), this.#config.alerting));
    discovery.tell();
    const { setAside } = this.#request.opening;
    if (setAside !== undefined)
      trouble.set("database", {
        en: `it was corrupt (${setAside.problem}) and was put aside as ${setAside.path}; history began anew`,
        zh: `原文件损坏(${setAside.problem}),已另存为 ${setAside.path};历史从头开始`,
      });
    metrics.configLoaded(true, clock.now());
    await pool.start(this.#config.loaded.checks);
    this.#parts.doorKeeping.use(this.#config.door);
    this.#parts.flushing.start();
    this.#parts.judging.start();
    this.#parts.reporting.start();
    this.#parts.upkeep.start();
    this.#parts.loopWatch.start();
    this.#parts.inventory.start();
    // What is not to be sent now waits in the outbox for a start that may.
    if (this.#request.sending !== "held") sender.start();
    this.#startDeadman();
    this.#parts.calendarWatch.watch(this.#config.alerting.muting.calendars);
    this.#certificates.watch(this.#api);
    this.#watch = await watchConfig({
      path: this.#request.source.directory,
      clock,
      alsoRead: () => [...this.#config.loaded.paths, ...this.#certificates.paths],
      onChange: () => void this.#reloadFor(false),
    });
    this.#isReady = true;
  }

  /** Reads the config and the listeners' certificates again; a broken one changes nothing. */
  reload(): Promise<ReloadOutcome> {
    return this.#reloadFor(true);
  }

  /** Starts nothing more, finishes what is under way within ten seconds, keeps the rest for the next start. */
  async stop(): Promise<void> {
    const { pool, flushing, judging, reporting, upkeep, loopWatch, inventory, sender, store, http } = this.#parts;
    this.#isReady = false;
    this.#reloading.stop();
    this.#parts.discovery.stop();
    this.#watch?.close();
    this.#parts.calendarWatch.stop();
    this.#certificates.stop();
    await this.#deadman?.stop();
    await inventory.stop();
    await this.#parts.uplinkGate.stop();
    await pool.drain(drainMs);
    flushing.stop();
    judging.stop();
    reporting.stop();
    loopWatch.stop();
    await sender.stop();
    await upkeep.stop();
    await this.#api?.close();
    await store.close();
    await http.close();
  }

  async #reloadFor(isAsked: boolean): Promise<ReloadOutcome> {
    await this.#certificates.look();
    return this.#reloading.run(isAsked);
  }

  get #dataDirectory(): string {
    return dirname(this.#config.storage.path);
  }

  #apply(next: AppConfig): void {
    const { sender, ways, discovery } = this.#parts;
    this.#request.onConfig(next);
    this.#written = next;
    this.#changeChecks(discovery.use(next));
    discovery.tell();
    this.#parts.doorKeeping.use(next.door);
    ways.use(next.channels);
    sender.setDirectory(directoryOf(this.#config, this.#parts.pageKey, this.#parts.engine));
    void this.#deadman?.stop();
    this.#startDeadman();
    this.#parts.calendarWatch.watch(next.alerting.muting.calendars);
    this.#parts.judging.rearm();
  }

  /** Sources list other targets than before. */
  #retarget(): void {
    if (!this.#isReady) return;
    this.#changeChecks(this.#parts.discovery.fill(this.#written));
    this.#parts.judging.rearm();
  }

  #changeChecks(next: AppConfig): void {
    const { engine, commits, pool, clock, reporting } = this.#parts;
    this.#config = next;
    commits.add(engine.reload(next.alerting, clock.now()));
    reporting.use(next);
    this.#setChecks();
    pool.replace(next.loaded.checks);
  }

  #setChecks(): void {
    const { loaded, alerting, uplink } = this.#config;
    const { exposition, intake, seeds, history, clock, uplinkGate } = this.#parts;
    uplinkGate.use(uplink, loaded.checks);
    exposition.setChecks(loaded.checks);
    intake.setChecks(loaded.checks);
    seeds.keepOnly(loaded.checks);
    history.setChecks(
      loaded.checks,
      alerting.rules.flatMap(({ rule }) => rule.needs(clock.now())),
    );
    const waiting = loaded.checks.filter((check) => check.schedule.kind === "arrival");
    this.#pushTokens.setChecks(
      waiting.map((check) => check.id),
      waiting.flatMap(({ id, targets }) =>
        targets.map(({ address, id: target }) => ({ check: id, name: address, target })),
      ),
    );
  }

  #startDeadman(): void {
    const { clock, http, progress, sender, trouble, log } = this.#parts;
    const { deadman } = this.#config;
    this.#deadman = undefined;
    if (deadman === undefined) return;
    this.#deadman = new DeadmanPing(deadman, {
      clock,
      http,
      progress: () => progress.with(sender.progressAtMs),
      hooks: {
        onTrouble: (told) =>
          trouble.set("deadman", told === undefined ? undefined : deliveryTrouble(told.reason, told.detail)),
        onHeld: (stalled) => log.warn("deadman_held", { stalled }),
      },
    });
    this.#deadman.start();
  }

  #apiDependencies(): ApiDependencies {
    const parts = this.#parts;
    const { sending } = this.#request;
    const known = { ...parts, config: () => this.#config, startedAtMs: this.#startedAtMs, sending };
    const { clock, log, exposition, metrics, engine } = parts;
    const adminToken = readOrCreateAdminToken(secretFiles, this.#dataDirectory);
    const scrape = createScrape({ exposition, self: metrics, clock, yieldLoop });
    return {
      clock,
      log,
      version: this.#request.versions.version,
      adminToken,
      pipelineToken: readOrCreatePipelineToken(secretFiles, this.#dataDirectory),
      hostNames: this.#request.hostNames,
      isShadow: sending === "shadow",
      pushTokens: this.#pushTokens,
      pageKey: parts.pageKey,
      language: () => this.#config.loaded.language,
      timeZone: () => this.#config.loaded.timeZone,
      scrape(accept) {
        metrics.alerting.setBudgets(parts.sender.budgets);
        metrics.alerting.setAlerting(engine.snapshot(), clock.now());
        return scrape(accept);
      },
      readiness: () => (this.#isReady ? { isReady: true } : { isReady: false, reason: "The daemon starts or stops." }),
      overview: () => overviewFacts(known),
      reload: () => this.reload(),
      quit: () => this.#request.onQuit(),
      deliverPush: (subject, arrival) => deliverPush(known, subject, arrival),
      runningConfig: () => runningConfig(this.#config, adminToken),
      host: () => parts.inventory.state,
      history: parts.store,
      alerting: () => engine.snapshot(),
      incident: (id) => parts.store.incident(id),
      incidents: (limit) => parts.store.incidents(limit),
      deliveries: (limit) => parts.store.deliveries(limit),
      receivers: () => [...this.#config.receivers.keys()],
      escalation: () => engine.escalation(),
      unconfirmed: () => engine.unconfirmed(),
      async perform(action) {
        const { outcome, change } = engine.perform(action, clock.now());
        await parts.commits.durably(change);
        return outcome;
      },
      door: () => parts.doorKeeping.door,
    };
  }
}
