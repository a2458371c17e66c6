import { stringify } from "yaml";
import { headlineOf } from "../../core/checks/finding.ts";
import type { ProbeKind } from "../../core/checks/probe.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { type DoorEntry, DoorHistory } from "./door-history.ts";
import { failureText, MetricsText, type Probed } from "./metrics-text.ts";
import type { BlackboxModule } from "./modules.ts";
import { type LocatedTarget, OpenModule } from "./open-module.ts";
import { type DoorRun, debugText } from "./probe-text.ts";
import { probeTimeoutMs } from "./probe-timeout.ts";
import type { Prober } from "./probers/prober.ts";

const metricsType = "text/plain; version=0.0.4; charset=utf-8";
const textType = "text/plain; charset=utf-8";
/** Sockets are finite: who asks for more at once is told to come again. */
const mostAtOnce = 1000;
const longestKeptChars = 2000;
/** It becomes a header and a name asked for in TLS. */
const hostForm = /^[\x21-\x7e]{1,260}$/;
/** Reasons that say something of this daemon and nothing of the target: the scrape fails instead of telling of an outage. */
const ownReasons: ReadonlySet<string> = new Set(["stall", "overload", "local_resources", "internal", "uplink"]);

export type DoorAnswer = Readonly<{ status: number; contentType: string; body: string }>;
/** JSON of a `DoorModule` and of a target: most scrapes bring the same, and a text crosses to another thread as it is. */
export type DoorJob = Readonly<{ moduleText: string; targetText: string; timeoutMs: number }>;

export type DoorParts = Readonly<{
  clock: Clock;
  kinds: readonly ProbeKind[];
  /** Runs a probe once; undefined when it could not be run now. */
  run(job: DoorJob): Promise<Probed | undefined>;
  onUnknownModule(): void;
}>;

export type DoorSettings = Readonly<{
  modules: readonly BlackboxModule[];
  timeoutOffsetMs: number;
  historyLimit: number;
  /** A failed probe says why in a metric of its own. */
  tellsFailure?: boolean;
}>;

/** blackbox_exporter's `/probe`, `/logs` and `/config` on Watchfire's own probes. @see https://github.com/prometheus/blackbox_exporter */
export class BlackboxDoor {
  readonly #parts: DoorParts;
  #modules: ReadonlyMap<string, BlackboxModule> = new Map();
  readonly #opened = new WeakMap<BlackboxModule, OpenModule>();
  #asked = new WeakMap<URLSearchParams, Asked>();
  #history: DoorHistory;
  #settings: DoorSettings;
  #atOnce = 0;

  constructor(parts: DoorParts, settings: DoorSettings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#history = new DoorHistory(settings.historyLimit);
    this.use(settings);
  }

  /** Swaps the modules; probes under way keep theirs. */
  use(settings: DoorSettings): void {
    if (settings.historyLimit !== this.#settings.historyLimit) this.#history = new DoorHistory(settings.historyLimit);
    this.#settings = settings;
    this.#modules = new Map(settings.modules.map((module) => [module.name, module]));
    this.#asked = new WeakMap();
  }

  /** Probes once per request, and answers 200 whether or not the target is well. */
  probe(query: URLSearchParams, scrapeTimeout: string | undefined): DoorAnswer | Promise<DoorAnswer> {
    const asked = this.#asked.get(query) ?? this.#ask(query);
    if (asked === undefined) {
      this.#parts.onUnknownModule();
      return refused(400, `Unknown module "${moduleOf(query).slice(0, 200)}"`);
    }
    const { module } = asked;
    const timeout = probeTimeoutMs(scrapeTimeout, module.timeoutMs, this.#settings.timeoutOffsetMs);
    if ("problem" in timeout) {
      return refused(500, `Failed to parse timeout from Prometheus header: ${timeout.problem}`);
    }
    const { what } = asked;
    if ("refusal" in what) return what.refusal;
    if (this.#atOnce >= mostAtOnce) return refused(503, "Too many probes at once; try again in a moment.");
    return this.#run(module, what, timeout.timeoutMs);
  }

  /** The debug output of an earlier probe, by `id` or by `target` and `module`. */
  logs(query: URLSearchParams): DoorAnswer {
    const [id, target, name] = [query.get("id") ?? "", query.get("target") ?? "", query.get("module") ?? ""];
    if (id === "" && name !== "" && target === "") {
      return refused(400, "Probe module filter only works in conjunction with target parameter");
    }
    if (id === "" && target === "") return refused(400, "Probe id or target must be defined as http query parameters");
    if (id !== "" && target !== "") return refused(400, "Probe id and target can't be defined at the same time");
    if (target !== "") {
      return this.#shown(this.#history.byTarget(target, name === "" ? undefined : name), "Probe target not found");
    }
    if (!/^\d{1,15}$/.test(id)) return refused(500, "Invalid probe id");
    return this.#shown(this.#history.byId(Number(id)), "Probe id not found");
  }

  /** The modules in force as YAML, secrets masked. */
  config(): DoorAnswer {
    const modules = Object.fromEntries([...this.#modules].map(([name, { shown }]) => [name, shown]));
    return { status: 200, contentType: textType, body: stringify({ modules }, { lineWidth: 0 }) };
  }

  /** Earlier probes, newest first. */
  history(): readonly Readonly<{ id: number; module: string; target: string; isSuccess: boolean }>[] {
    return this.#history.all().map(({ id, run: { module, target, probed } }) => ({
      id,
      module: module.name,
      target,
      isSuccess: probed.verdict === "up",
    }));
  }

  /** What the parameters ask for; undefined for a module that is not there. A query that comes again as the same object is read once. */
  #ask(query: URLSearchParams): Asked | undefined {
    const module = this.#modules.get(moduleOf(query));
    if (module === undefined) return undefined;
    const opened = this.#open(module);
    const asked = { module, what: wantedBy(query, opened) };
    if (isLight(asked.what, opened)) this.#asked.set(query, asked);
    return asked;
  }

  async #run(module: BlackboxModule, wanted: Wanted, timeoutMs: number): Promise<DoorAnswer> {
    const { target, located, moduleText, wantsDebug } = wanted;
    const atMs = this.#parts.clock.now();
    if ("problem" in located) {
      return this.#answer(
        { module, target, timeoutMs, atMs, probed: unreadable(located.problem, timeoutMs) },
        wantsDebug,
      );
    }
    this.#atOnce += 1;
    let probed: Probed | undefined;
    try {
      probed = await this.#parts.run({ moduleText, targetText: located.targetText, timeoutMs });
    } finally {
      this.#atOnce -= 1;
    }
    if (probed === undefined) return refused(503, "Probing is being restarted; try again in a moment.");
    const headline = headlineOf(probed.findings);
    if (headline?.is === "unknown" && ownReasons.has(headline.reason)) {
      return refused(503, `This says nothing of the target: ${headline.reason}, ${headline.detail}`);
    }
    return this.#answer({ module, target, timeoutMs, atMs, probed }, wantsDebug);
  }

  #answer(run: DoorRun, wantsDebug: boolean): DoorAnswer {
    const told = this.#told(run.probed);
    const shown = told === run.probed ? run : { ...run, probed: told };
    this.#history.add(shown);
    return wantsDebug
      ? { status: 200, contentType: textType, body: debugText(shown) }
      : { status: 200, contentType: metricsType, body: told.metrics };
  }

  #told(probed: Probed): Probed {
    const headline = probed.verdict === "up" ? undefined : headlineOf(probed.findings);
    if (this.#settings.tellsFailure !== true || headline === undefined) return probed;
    return { ...probed, metrics: probed.metrics + failureText(headline) };
  }

  #open(module: BlackboxModule): OpenModule {
    const opened = this.#opened.get(module) ?? new OpenModule(module, this.#parts.kinds);
    this.#opened.set(module, opened);
    return opened;
  }

  #shown(entry: DoorEntry | undefined, otherwise: string): DoorAnswer {
    if (entry === undefined) return refused(404, otherwise);
    return { status: 200, contentType: textType, body: debugText(entry.run) };
  }
}

type Refusal = Readonly<{ refusal: DoorAnswer }>;

/** What a query asks for, as long as the modules stay. */
type Asked = Readonly<{ module: BlackboxModule; what: Wanted | Refusal }>;
type Wanted = Readonly<{ target: string; located: LocatedTarget; moduleText: string; wantsDebug: boolean }>;

function moduleOf(query: URLSearchParams): string {
  return query.get("module") || "http_2xx";
}

function wantedBy(query: URLSearchParams, opened: OpenModule): Wanted | Refusal {
  const { module, prober } = opened;
  const target = query.get("target") ?? "";
  if (target === "") return { refusal: refused(400, "Target parameter is missing") };
  if (prober === undefined) return { refusal: refused(400, `Unknown prober "${module.prober}"`) };
  const changed = changedBy(query, opened, prober);
  if ("conflict" in changed) return { refusal: refused(400, changed.conflict) };
  return {
    target,
    located: opened.locate(prober.address(target, changed.options ?? module.options)),
    moduleText: opened.textWith(changed.options),
    wantsDebug: query.get("debug") === "true",
  };
}

/** A module's text is there once; one that parameters have changed would be there for each query, with the body that it sends. */
function isLight(what: Wanted | Refusal, opened: OpenModule): boolean {
  if ("refusal" in what) return true;
  return what.moduleText === opened.textWith(undefined) || what.moduleText.length <= longestKeptChars;
}

type Changed = Readonly<{ options?: BlackboxModule["options"] } | { conflict: string }>;

/** What the parameters of a scrape make of a module's options. */
function changedBy(query: URLSearchParams, opened: OpenModule, prober: Prober): Changed {
  const { options } = opened.module;
  const hostname = query.get("hostname") ?? "";
  const name = query.get("query_name") ?? "";
  const type = query.get("query_type") ?? "";
  if (hostname !== "" && !hostForm.test(hostname)) {
    return { conflict: `URL-parameter 'hostname' is no host: ${JSON.stringify(hostname.slice(0, 100))}` };
  }
  if (hostname !== "" && prober.withHostname !== undefined) return prober.withHostname(options, hostname);
  if ((name === "" && type === "") || prober.withQuestion === undefined) return {};
  const asked = prober.withQuestion(options, name, type);
  const problem = opened.problemOf(asked);
  return problem === undefined ? { options: asked } : { conflict: problem };
}

function refused(status: number, message: string): DoorAnswer {
  return { status, contentType: textType, body: `${message}\n` };
}

/** A target that is no address fails as a probe does: the scrape tells of it, and goes on to tell. */
function unreadable(problem: string, timeoutMs: number): Probed {
  const result = { verdict: "down", durationMs: 0, samples: [] } as const;
  return {
    ...result,
    findings: [{ is: "down", reason: "parse", detail: problem }],
    notes: [],
    metrics: new MetricsText([]).write(result, timeoutMs),
  };
}
