import { type Finding, verdictOf } from "../../core/checks/finding.ts";
import { type Sample, sample } from "../../core/checks/metric.ts";
import type { Phase } from "../../core/checks/phases.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { displayOf } from "../../core/http/address.ts";
import { CookieJar } from "../../core/http/cookies.ts";
import type { Json } from "../../core/json.ts";
import { judgeTime } from "../../core/matching/slower-than.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { Stopwatch } from "../../core/time/stopwatch.ts";
import { extract } from "./extract.ts";
import { fillAddress, fillBody, fillIn } from "./fill-in.ts";
import { hideIn, hideInFinding, hiding } from "./hide-values.ts";
import type { HttpOptions } from "./options.ts";
import { type Looked, lookHttp } from "./run.ts";
import type { Step } from "./steps-schema.ts";
import type { Trace } from "./trace.ts";

const filledHost = /^(?:\{\{|(?:[a-z]+:)?[/\\]{2}[^/\\?#]*\{\{)/i;
const phases = ["resolve", "connect", "tls", "processing", "transfer"] as const;

/** Goes through the steps of a check one after another, in one session of cookies, and judges them as one; the first that fails ends it. */
export async function goThrough(
  steps: readonly Step[],
  options: HttpOptions,
  scene: Readonly<{ io: ProbeIo; context: ProbeContext; trace: Trace | undefined }>,
): Promise<Observation> {
  const journey = new Journey(steps, options, scene);
  return journey.go();
}

type Scene = Parameters<typeof goThrough>[2];
type Done = Readonly<{ step: string; state: "good" | "failed"; urls: readonly string[] }>;

class Journey {
  readonly #steps: readonly Step[];
  readonly #options: HttpOptions;
  readonly #scene: Scene;
  readonly #values: Map<string, string>;
  readonly #cookies = new CookieJar();
  readonly #findings: Finding[] = [];
  readonly #stepSamples: Sample[] = [];
  readonly #done: Done[] = [];
  #last: Observation = { findings: [], samples: [] };

  constructor(steps: readonly Step[], options: HttpOptions, scene: Scene) {
    this.#steps = steps;
    this.#options = options;
    this.#scene = scene;
    this.#values = new Map(Object.entries(options.variables).map(([name, secret]) => [name, secret.reveal()]));
  }

  async go(): Promise<Observation> {
    const { io, context } = this.#scene;
    const watch = new Stopwatch(() => io.monotonicMs());
    for (const step of this.#steps) {
      const isGood = await this.#walk(step);
      if (!isGood) break;
    }
    context.phase("local");
    this.#findings.push(...judgeTime(this.#options.expect.slower_than, watch.elapsedMs()));
    const hide = hiding(this.#values);
    const findings = this.#findings.map((finding) => hideInFinding(finding, hide));
    const samples = [...this.#last.samples, ...this.#stepSamples];
    if (findings.length === 0) return { findings, samples };
    return { findings, samples, evidence: hideIn(this.#evidence(), hide) };
  }

  /** True when the next step may follow. */
  async #walk(step: Step): Promise<boolean> {
    const { io, context } = this.#scene;
    const address = this.#addressOf(step);
    if ("problem" in address) return this.#fail(step, { is: "down", reason: "blocked", detail: address.problem });
    const watch = new Stopwatch(() => io.monotonicMs());
    const looked = await this.#look(step, address.url, watch);
    watch.enter(undefined);
    for (const phase of phases) {
      this.#stepSamples.push(
        sample("probe_http_step_duration_seconds", watch.sumMs(phase) / 1000, { step: step.name, phase }),
      );
    }
    this.#last = looked.observation;
    const { findings } = looked.observation;
    const found = verdictOf(findings) === "up" ? this.#take(step, looked) : [];
    const isGood = verdictOf([...findings, ...found]) === "up";
    this.#note(step, [...findings, ...found]);
    this.#done.push({ step: step.name, state: isGood ? "good" : "failed", urls: looked.visited.urls.map(shownUrl) });
    this.#stepSamples.push(sample("probe_http_step_success", isGood ? 1 : 0, { step: step.name }));
    context.note(`step ${step.name}: ${isGood ? "good" : "failed"}`);
    return isGood;
  }

  #look(step: Step, url: URL, watch: Stopwatch): Promise<Looked> {
    const { io, context, trace } = this.#scene;
    const { target } = context;
    const enter = (phase: Phase): void => {
      watch.enter(phase);
      context.phase(phase, `step ${step.name}`);
    };
    const ofStep: ProbeContext = {
      target: { ...target, address: url.href },
      signal: context.signal,
      startedAtMs: context.startedAtMs,
      memory: undefined,
      timeZone: context.timeZone,
      phase: enter,
      note: (line) => context.note(hiding(this.#values)(line)),
    };
    return lookHttp(this.#optionsOf(step, url), io, ofStep, { cookies: this.#cookies, trace });
  }

  /** Credentials of the check go to the target's own origin alone; what the step names itself goes where it says. */
  #optionsOf(step: Step, url: URL): HttpOptions {
    const isOwn = url.origin === this.#targetUrl().origin;
    const {
      auth,
      certificate: _certificate,
      key: _key,
      server_name: _name,
      ...others
    } = { auth: this.#options.auth, ...this.#options.tls };
    const headers: Record<string, string> = isOwn ? { ...this.#options.headers } : {};
    for (const [name, text] of Object.entries(step.headers)) {
      headers[name] = fillIn(text, this.#values, (value) => value);
    }
    const type = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
    const { body: _body, connect_to: fixed, ...options } = this.#options;
    return {
      ...options,
      auth: isOwn ? auth : undefined,
      tls: isOwn ? this.#options.tls : others,
      ...(isOwn && fixed !== undefined ? { connect_to: fixed } : {}),
      method: step.method,
      headers,
      ...(step.body === undefined ? {} : { body: fillBody(step.body, this.#values, type) }),
      expect: step.expect,
    };
  }

  /** A value from an answer must not lead the journey to a host that the config does not name. */
  #addressOf(step: Step): Readonly<{ url: URL } | { problem: string }> {
    const base = this.#targetUrl();
    if (step.url === undefined) return { url: base };
    const url = URL.parse(fillAddress(step.url, this.#values), base.href);
    if (url === null || !["http:", "https:"].includes(url.protocol))
      return { problem: "what is filled in makes no http address" };
    if (url.username !== "" || url.password !== "") return { problem: "the address holds a user name or password" };
    url.hash = "";
    if (this.#knownOrigins().has(url.origin)) return { url };
    return { problem: `what is filled in leads to ${escapeControls(url.origin)}, which no step names` };
  }

  #knownOrigins(): ReadonlySet<string> {
    const base = this.#targetUrl();
    // A host that is filled in is not named.
    const named = this.#steps.flatMap(({ url }) => (url === undefined || filledHost.test(url) ? [] : [url]));
    const written = named.flatMap(
      (url) =>
        URL.parse(
          fillIn(url, new Map(), () => "x"),
          base.href,
        )?.origin ?? [],
    );
    return new Set([base.origin, ...written]);
  }

  #take(step: Step, { visited: { last } }: Looked): readonly Finding[] {
    const { response } = last;
    if (response === undefined) return [];
    return Object.entries(step.extract).flatMap(([name, extraction]): readonly Finding[] => {
      const extracted = extract(extraction, response);
      if ("problem" in extracted) {
        return [{ is: "down", reason: "assertion", phase: "transfer", detail: `{{${name}}}: ${extracted.problem}` }];
      }
      this.#values.set(name, extracted.value);
      return [];
    });
  }

  #fail(step: Step, finding: Finding): false {
    this.#note(step, [finding]);
    this.#done.push({ step: step.name, state: "failed", urls: [] });
    this.#stepSamples.push(sample("probe_http_step_success", 0, { step: step.name }));
    return false;
  }

  /** Steps on one server find the same of its certificate. */
  #note(step: Step, findings: readonly Finding[]): void {
    for (const finding of findings) {
      const told =
        finding.reason === "expiring" ? finding : { ...finding, detail: `step ${step.name}: ${finding.detail}` };
      if (!this.#findings.some(({ detail }) => detail === told.detail)) this.#findings.push(told);
    }
  }

  #evidence(): Json {
    const { evidence } = this.#last;
    const { trace } = this.#scene;
    return {
      steps: this.#done,
      ...(trace === undefined ? {} : { trace_id: trace.id }),
      ...(evidence === undefined ? {} : { last: evidence }),
    };
  }

  #targetUrl(): URL {
    return new URL(this.#scene.context.target.address);
  }
}

function shownUrl(url: URL): string {
  return escapeControls(displayOf(url)).slice(0, 200);
}
