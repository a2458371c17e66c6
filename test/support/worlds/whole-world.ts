import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sender } from "../../../src/alerting/delivery/sender.ts";
import { noteUnanswered } from "../../../src/alerting/escalation/chain/unanswered.ts";
import { handOn } from "../../../src/alerting/escalation/telling/heirs.ts";
import { type AlertingEngine, createAlertingEngine } from "../../../src/alerting/pipeline/alerting-engine.ts";
import { type AppConfig, openAppConfig } from "../../../src/app/configuration/app-config.ts";
import { directoryOf } from "../../../src/app/configuration/directory.ts";
import { loadAppConfig } from "../../../src/app/configuration/load-app-config.ts";
import { WakeLoop } from "../../../src/app/daemon/wake-loop.ts";
import { execute } from "../../../src/cli/command-line.ts";
import { renderIssue } from "../../../src/config/source/issue.ts";
import type { Finding } from "../../../src/core/checks/finding.ts";
import type { Series } from "../../../src/core/checks/series.ts";
import type { Change } from "../../../src/core/store.ts";
import { UndiciNotifyHttp } from "../../../src/platform/channels/notify-http.ts";
import { NodemailerSmtp } from "../../../src/platform/channels/smtp.ts";
import type { Terminal } from "../../../src/platform/terminal.ts";
import { FakeClock } from "../fakes/fake-clock.ts";
import { CountingIds, FakeRandom } from "../fakes/fake-random.ts";
import { MemoryStore } from "../fakes/memory-store.ts";
import { resultOf } from "./alerting-world.ts";
import { type ApiHarness, adminToken, openTestApi, pipelineToken } from "./api-harness.ts";

/** Writes the config, given a directory for the daemon's data and the address of its API. */
export type WrittenConfig = (own: Readonly<{ directory: string; url: string }>) => string;

const pageKey = "page-key-of-the-tests";

/**
 * All of a daemon between a run's result and the wire, in simulated time: config files, alerting, store, sender, API with its pages,
 * and the command line. Channels are whatever the config names, such as fake servers on loopback.
 */
export class WholeWorld {
  readonly clock: FakeClock;
  readonly store: MemoryStore;
  api!: ApiHarness;
  config!: AppConfig;
  engine!: AlertingEngine;
  readonly #directory: string;
  #sender!: Sender;
  #flushing!: WakeLoop;
  #open = 0;
  #slotMs = 0;

  private constructor(directory: string, startMs: number) {
    this.#directory = directory;
    this.clock = new FakeClock(startMs);
    this.store = new MemoryStore(this.clock);
  }

  static async start(written: WrittenConfig, startMs: number): Promise<WholeWorld> {
    const world = new WholeWorld(await mkdtemp(join(tmpdir(), "watchfire-whole-")), startMs);
    await writeFile(join(world.#directory, "admin.token"), adminToken);
    await writeFile(join(world.#directory, "pipeline.token"), pipelineToken);
    world.api = await world.#openApi();
    world.config = await world.#load(written);
    world.engine = createAlertingEngine(world.config.alerting, { ids: new CountingIds() });
    await world.#commit(world.engine.restore(await world.store.load(), world.clock.now()));
    world.#begin();
    return world;
  }

  async stop(): Promise<void> {
    this.#flushing.stop();
    const stopped = this.#sender.stop();
    await this.clock.advance(12_000);
    await stopped;
    await this.api.api.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** Another config, as a reload takes it over. */
  async reload(written: WrittenConfig): Promise<void> {
    this.config = await this.#load(written);
    const change = this.engine.reload(this.config.alerting, this.clock.now());
    this.#sender.setDirectory(this.#directoryOfConfig());
    await this.#take(change);
  }

  /** As many runs of a check's first target as it needs to believe what it sees. */
  run(id: string, ...findings: readonly Finding[]): Promise<void> {
    return this.runTargets(id, 0, 1, ...findings);
  }

  /** As many runs of some of a check's targets as it needs to believe what they see. */
  async runTargets(id: string, from: number, to: number, ...findings: readonly Finding[]): Promise<void> {
    const check = this.config.alerting.checks.find((each) => each.id === id);
    if (check === undefined) throw new Error(`no check ${id}`);
    for (let run = 0; run < Math.max(check.failureThreshold, check.successThreshold); run += 1) {
      this.#slotMs = Math.max(this.#slotMs + 1, this.clock.now());
      const results = check.targets
        .slice(from, to)
        .map((target) => resultOf({ ...check, targets: [target] }, this.#slotMs, findings));
      await this.#take(this.engine.onResults(results, this.clock.now()).change);
    }
  }

  /** Judges one rule on the answers to its queries. */
  async judge(rule: string, ...inputs: readonly (readonly Series[])[]): Promise<void> {
    await this.#take(this.engine.onRuleInputs(rule, inputs, this.clock.now()));
  }

  /** What a command of the command line says, with the config and the daemon of this world. */
  async command(...args: readonly string[]): Promise<Readonly<{ code: number; out: string; error: string }>> {
    const [name = "", ...rest] = args;
    const written = { out: "", error: "" };
    const all = [name, "--config", this.#configPath, ...rest];
    const terminal: Terminal = {
      args: all,
      isInteractive: false,
      workingDirectory: this.#directory,
      out: (text) => void (written.out += `${text}\n`),
      error: (text) => void (written.error += `${text}\n`),
      exitWith: () => undefined,
      onStop: () => undefined,
      onReload: () => undefined,
    };
    const code = await execute(terminal, all);
    await this.settle();
    return { code, ...written };
  }

  /** The same with what a pipeline has: a token for maintenance and changes alone. */
  pipeline(...args: readonly string[]): ReturnType<WholeWorld["command"]> {
    const own = ["--url", this.api.url, "--token-file", join(this.#directory, "pipeline.token"), "--by", "pipeline"];
    return this.command(...args, ...own);
  }

  /** Presses a button of the page that a link of a message leads to; returns the status. */
  async press(link: string, fields: Readonly<Record<string, string>>): Promise<number> {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const body = new URLSearchParams(fields).toString();
    const answer = await fetch(link, { method: "POST", headers, body, redirect: "manual" });
    await this.settle();
    return answer.status;
  }

  /** Lets time pass, second by second while there is something to send; what each step begins ends before the next. */
  async pass(seconds: number): Promise<void> {
    const endMs = this.clock.now() + seconds * 1000;
    while (this.clock.now() < endMs) {
      const { outboxPending } = await this.store.facts();
      const nextMs = Math.min(endMs, this.engine.nextWakeMs() ?? endMs);
      await this.clock.advance(outboxPending > 0 ? 1000 : Math.max(1000, nextMs - this.clock.now()));
      await this.settle();
    }
  }

  /** Lets sockets and promises go on, without time passing, until every message that is under way was answered. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 4; ) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.#open === 0 ? quiet + 1 : 0;
    }
  }

  get #configPath(): string {
    return join(this.#directory, "watchfire.yaml");
  }

  async #load(written: WrittenConfig): Promise<AppConfig> {
    const text = written({ directory: this.#directory, url: this.api.url });
    await writeFile(this.#configPath, text);
    const outcome = await loadAppConfig({ directory: this.#configPath, environment: "production" });
    if (!outcome.ok) throw new Error(outcome.issues.map(renderIssue).join("\n"));
    return openAppConfig(outcome.config);
  }

  #openApi(): Promise<ApiHarness> {
    return openTestApi(
      {},
      {
        clock: this.clock,
        history: this.store,
        pageKey,
        language: () => this.config.alerting.locale,
        alerting: () => this.engine.snapshot(),
        incident: (id) => this.store.incident(id),
        incidents: (limit) => this.store.incidents(limit),
        deliveries: (limit) => this.store.deliveries(limit),
        escalation: () => this.engine.escalation(),
        unconfirmed: () => this.engine.unconfirmed(),
        perform: async (action) => {
          const { outcome, change } = this.engine.perform(action, this.clock.now());
          await this.#take(change);
          return outcome;
        },
      },
    );
  }

  #begin(): void {
    this.#flushing = new WakeLoop(
      this.clock,
      (nowMs) => this.#take(this.engine.flush(nowMs)),
      () => this.engine.nextWakeMs(),
    );
    this.#sender = new Sender({
      store: this.store,
      clock: this.clock,
      io: { now: () => this.clock.now(), http: this.#http(), smtp: this.#smtp(), log: () => {} },
      random: new FakeRandom(7),
      ids: new CountingIds(),
      owner: "one",
      directory: this.#directoryOfConfig(),
      hooks: { onAttempt: () => {}, onDead: () => {}, onDigest: () => {}, onBudget: () => {}, onTrouble: () => {} },
      succession: {
        standingOf: (fingerprint, telling) => this.engine.standingOf(fingerprint, telling),
        handOn: async (handedOn) => {
          await this.#commit(this.engine.perform(handOn(handedOn), this.clock.now()).change);
          return true;
        },
        noteUnanswered: (call) => this.#commit(this.engine.perform(noteUnanswered(call), this.clock.now()).change),
      },
    });
    this.#flushing.start();
    this.#sender.start();
  }

  #directoryOfConfig() {
    return directoryOf(this.config, pageKey, this.engine);
  }

  #http(): Pick<UndiciNotifyHttp, "request"> {
    const http = new UndiciNotifyHttp();
    return { request: (wanted, signal) => this.#counted(http.request(wanted, signal)) };
  }

  #smtp(): Pick<NodemailerSmtp, "send"> {
    const smtp = new NodemailerSmtp();
    return { send: (server, mail, signal) => this.#counted(smtp.send(server, mail, signal)) };
  }

  #counted<T>(begun: Promise<T>): Promise<T> {
    this.#open += 1;
    return begun.finally(() => {
      this.#open -= 1;
    });
  }

  async #take(change: Change): Promise<void> {
    await this.#commit(change);
    this.#flushing.rearm();
    this.#sender.wake();
  }

  async #commit(change: Change): Promise<void> {
    await this.store.commit(change);
  }
}
