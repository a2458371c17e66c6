import type { Finding } from "../../core/checks/finding.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import type { Json } from "../../core/json.ts";
import type { Registration } from "./answer.ts";
import { ageOf, judgeEnd, judgeOwnership, judgeStatuses } from "./judge.ts";
import { type LookedUp, lookUp } from "./look-up.ts";
import { type Memory, memoryOf } from "./memory.ts";
import { domainSamples } from "./metrics.ts";
import type { DomainOptions } from "./options.ts";

/** Looks the domain up and judges what its registry says; a failed look-up is unknown and keeps what was known. */
export async function runDomain(options: DomainOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  context.phase("lookup");
  const run = new DomainRun(options, context);
  if (options.lookup === "none") return run.byHand();
  return run.judge(await lookUp(context.target.address, options, io, context));
}

class DomainRun {
  readonly #options: DomainOptions;
  readonly #nowMs: number;
  readonly #before: Memory | undefined;

  constructor(options: DomainOptions, context: ProbeContext) {
    this.#options = options;
    this.#nowMs = context.startedAtMs;
    this.#before = memoryOf(context.memory);
  }

  judge({ answer, source }: LookedUp): Observation {
    if (answer.kind === "not_registered") {
      return this.#withMemory([
        {
          is: "down",
          reason: "registry_hold",
          phase: "lookup",
          detail: "the registry does not know the domain: it is not registered any more",
        },
      ]);
    }
    if (answer.kind === "failed") return this.#failed(answer);
    const { registration } = answer;
    const expiresMs = answer.kind === "date" ? answer.expiresMs : this.#options.expires;
    const findings = [
      ...judgeStatuses(registration.statuses),
      ...(expiresMs === undefined
        ? []
        : judgeEnd(this.#options, expiresMs, this.#nowMs, answer.kind === "date" ? "" : ", as given by hand")),
      ...judgeOwnership(this.#options, registration, this.#before, source),
    ];
    const memory: Memory = {
      ...(answer.kind === "date" && { expiresMs: answer.expiresMs }),
      seenAtMs: this.#nowMs,
      source,
      ...(registration.registrar !== undefined && { registrar: registration.registrar }),
      nameServers:
        registration.nameServers.length > 0 ? [...registration.nameServers] : (this.#before?.nameServers ?? []),
    };
    const shownSource = answer.kind === "date" || expiresMs === undefined ? source : "given";
    return {
      findings,
      samples: domainSamples(expiresMs, shownSource, registration),
      evidence: evidenceOf(expiresMs, shownSource, registration),
      memory,
    };
  }

  /** Goes by the day that somebody wrote down. */
  byHand(): Observation {
    const expiresMs = this.#options.expires ?? Number.NaN;
    return {
      findings: judgeEnd(this.#options, expiresMs, this.#nowMs, ", as given by hand"),
      samples: domainSamples(expiresMs, "given"),
      evidence: { expires: new Date(expiresMs).toISOString(), source: "given" },
      ...(this.#before && { memory: this.#before }),
    };
  }

  #failed({ reason, detail }: Extract<LookedUp["answer"], { kind: "failed" }>): Observation {
    const finding: Finding = { is: "unknown", reason, phase: "lookup", detail };
    const before = this.#before;
    if (before?.expiresMs === undefined) return this.#withMemory([finding]);
    const known = judgeEnd(this.#options, before.expiresMs, this.#nowMs, ageOf(before, this.#nowMs));
    const end = new Date(before.expiresMs).toISOString().slice(0, 10);
    return this.#withMemory([
      { ...finding, detail: `${detail}; the last known end is ${end}${ageOf(before, this.#nowMs)}` },
      ...known,
    ]);
  }

  #withMemory(findings: readonly Finding[]): Observation {
    const before = this.#before;
    return { findings, samples: [], evidence: { last_known: before ?? null }, ...(before && { memory: before }) };
  }
}

function evidenceOf(expiresMs: number | undefined, source: string, registration: Registration): Json {
  return {
    expires: expiresMs === undefined ? "not published" : new Date(expiresMs).toISOString(),
    source,
    ...(registration.registrar !== undefined && { registrar: registration.registrar }),
    statuses: [...registration.statuses],
    name_servers: [...registration.nameServers],
  };
}
