import type { Finding } from "../../../core/checks/finding.ts";
import type { Metric, Sample } from "../../../core/checks/metric.ts";
import type { ProbeContext, ProbeIo } from "../../../core/checks/probe.ts";
import type { Observation } from "../../../core/checks/result.ts";
import type { ShellSession } from "../../../core/ports/power-shell.ts";
import { gauge, sample } from "../collector.ts";
import { judgeMustRun } from "../judge-must-run.ts";
import type { HostOptions } from "../options.ts";
import { runWindowsCommand } from "../run-command.ts";
import { type Rows, readAnswer } from "./answer.ts";
import type { WindowsCollect, WindowsCollector } from "./collector.ts";
import { windowsCollectors } from "./collectors/index.ts";
import type { QueryName } from "./queries.ts";
import { windowsScript } from "./script.ts";

const duration: Metric = gauge(
  "windows_exporter_collector_duration_seconds",
  "windows_exporter: Duration of a collection.",
  { labels: ["collector"] },
);
const success: Metric = gauge(
  "windows_exporter_collector_success",
  "windows_exporter: Whether the collector was successful.",
  { labels: ["collector"], history: true },
);
/** Shorter than the time limit of a check, so that what the runtime knows is never lost over a slow PowerShell. */
const waitMs = 6000;

/** Every metric that a host check on Windows may give. */
export const windowsMetrics: readonly Metric[] = [
  ...windowsCollectors.flatMap((collector) => collector.metrics),
  duration,
  success,
];

type Opened = Readonly<{ collector: WindowsCollector; collect: WindowsCollect }>;

/** Reads the health of a Windows machine: what the runtime knows at once, the rest by one PowerShell that is asked once a run. */
export class WindowsHost {
  readonly #io: ProbeIo;
  readonly #opened: readonly Opened[];
  readonly #wanted: string;
  readonly #mustRun: readonly string[];
  #session: ShellSession | undefined;

  constructor(options: HostOptions, io: ProbeIo) {
    this.#io = io;
    this.#mustRun = options.must_run;
    const names: ReadonlySet<string> = new Set([
      ...options.windows_collectors,
      ...(options.must_run.length === 0 ? [] : ["service"]),
      ...(Object.keys(options.watched_processes).length === 0 ? [] : ["watched_processes"]),
      ...options.more_collectors.filter((name) => name === "gpu"),
    ]);
    this.#opened = windowsCollectors
      .filter(({ name }) => names.has(name))
      .map((collector) => ({ collector, collect: collector.open(options) }));
    this.#wanted = [...new Set(this.#opened.flatMap(({ collector }) => collector.queries))].join(" ");
  }

  async run(context: ProbeContext): Promise<Observation> {
    const told = await this.#ask(context);
    const source = {
      startedAtMs: context.startedAtMs,
      facts: this.#io.hostFacts,
      filesystem: this.#io.files.filesystem,
      command: (program: string, ...args: readonly string[]) =>
        runWindowsCommand(this.#io.programs, program, args, context.signal),
      told,
    };
    const samples: Sample[] = [];
    const failures: string[] = [];
    let isBlind = true;
    for (const { collector, collect } of this.#opened) {
      const startedMs = this.#io.monotonicMs();
      const found = await collect(source);
      const own = { collector: collector.name };
      isBlind &&= found.failure !== undefined && found.samples.length === 0;
      samples.push(...found.samples.filter(({ value }) => Number.isFinite(value)));
      samples.push(sample(duration.name, (this.#io.monotonicMs() - startedMs) / 1000, own));
      samples.push(sample(success.name, found.failure === undefined ? 1 : 0, own));
      if (found.failure === undefined) continue;
      failures.push(found.failure);
      context.note(`collector ${collector.name}: ${found.failure}`);
    }
    if (!isBlind) return { findings: this.#judged(samples), samples };
    const detail = `no collector has anything: ${failures[0]}`;
    return { findings: [{ is: "unknown", reason: "local_resources", phase: "local", detail }], samples };
  }

  close(): void {
    this.#session?.close();
  }

  #judged(samples: readonly Sample[]): readonly Finding[] {
    if (this.#mustRun.length === 0) return [];
    if (samples.some(({ metric }) => metric === "windows_service_state")) return judgeMustRun(this.#mustRun, samples);
    const detail = "must_run is not judged: PowerShell tells of no services now";
    return [{ is: "flaw", severity: "warning", reason: "threshold", detail }];
  }

  async #ask(context: ProbeContext): Promise<(query: QueryName) => Rows> {
    if (this.#wanted === "") return () => ({ ok: false, detail: "nothing was asked" });
    this.#session ??= this.#io.powerShell.open(windowsScript);
    const answer = await this.#session.ask(this.#wanted, waitMs, context.signal);
    if (answer.ok) return readAnswer(answer.line);
    const failure: Rows = { ok: false, detail: `PowerShell: ${answer.detail}` };
    return () => failure;
  }
}
