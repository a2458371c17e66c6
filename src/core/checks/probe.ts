import type { ZodType } from "zod";
import type { Json } from "../json.ts";
import type { Labels } from "../labels.ts";
import type { Assets } from "../ports/assets.ts";
import type { CertificateFiles } from "../ports/certificate-files.ts";
import type { Databases } from "../ports/databases.ts";
import type { Datagrams } from "../ports/datagrams.ts";
import type { Deadlines } from "../ports/deadlines.ts";
import type { Dialer } from "../ports/dialer.ts";
import type { Files } from "../ports/files.ts";
import type { GrpcCalls } from "../ports/grpc-calls.ts";
import type { HostFacts } from "../ports/host-facts.ts";
import type { HttpProbing } from "../ports/http-probing.ts";
import type { ImageDecoding } from "../ports/image-decoding.ts";
import type { Inbox } from "../ports/inbox.ts";
import type { Pacer } from "../ports/pacer.ts";
import type { Pings } from "../ports/pings.ts";
import type { PowerShell } from "../ports/power-shell.ts";
import type { Programs } from "../ports/programs.ts";
import type { Resolver } from "../ports/resolver.ts";
import type { StoredFiles } from "../ports/stored-files.ts";
import type { Wires } from "../ports/wires.ts";
import { type Hiding, hidingSecretsOf } from "../secrets/keep-secrets.ts";
import type { Tier } from "../tier.ts";
import type { EpochMs } from "../time/time.ts";
import type { Metric } from "./metric.ts";
import type { Phase } from "./phases.ts";
import type { Observation } from "./result.ts";

/** The thing observed; `display` holds neither userinfo nor query and is the only form that leaves the probe. */
export type Target = Readonly<{ id: string; address: string; display: string; labels: Labels }>;

export interface ProbeContext {
  readonly target: Target;
  readonly signal: AbortSignal;
  readonly startedAtMs: EpochMs;
  readonly memory: Json | undefined;
  /** IANA zone of the check's local times; UTC for kinds that do not say `localTime`. */
  readonly timeZone: string;
  /** Arrival kinds with a recurrence only: the newest expected moment whose grace was over when the run started. */
  readonly expected?: Readonly<{ atMs: EpochMs; graceMs: number }> | undefined;
  /** Says which phase begins now, and of which part of the probe (`step login`); the runner sums phase times from these calls. */
  phase(name: Phase, part?: string): void;
  /** Adds one line to the run's log, shown by `probe` and `check`. */
  note(line: string): void;
}

export interface Probe {
  /** Observes once; never throws for an expected failure, never retries, never sets a timer, never reads the wall clock. */
  run(context: ProbeContext): Promise<Observation>;
  close(): Promise<void>;
}

export interface ProbeIo {
  monotonicMs(): number;
  random(): number;
  readonly dialer: Dialer;
  readonly resolver: Resolver;
  readonly wires: Wires;
  readonly datagrams: Datagrams;
  readonly databases: Databases;
  readonly pacer: Pacer;
  readonly deadlines: Deadlines;
  readonly http: HttpProbing;
  readonly grpc: GrpcCalls;
  readonly files: Files;
  readonly certificateFiles: CertificateFiles;
  readonly assets: Assets;
  readonly hostFacts: HostFacts;
  readonly pings: Pings;
  readonly powerShell: PowerShell;
  readonly programs: Programs;
  readonly storedFiles: StoredFiles;
  readonly imageDecoding: ImageDecoding;
  readonly inbox: Inbox;
}

/** Scheduling defaults of a kind; a check's own keys win. */
export type ProbeDefaults = Readonly<{
  intervalMs: number;
  timeoutMs: number;
  failureThreshold: number;
  /** Absent: a bad result is not re-probed in haste. */
  retryIntervalMs?: number;
  /** How long without a measurement makes a check blind; absent: 15 min. Kinds that run seldom need longer. */
  blindAfterMs?: number;
  /** Runs beside the plan (the first of a new check, those after an absence) of one host begin so far apart: a registry refuses hundreds at once. */
  paceMs?: number;
}>;

export interface ProbeSpec<C, A> {
  readonly kind: string;
  readonly title: string;
  readonly tier: Tier;
  readonly trigger: "schedule" | "arrival";
  readonly defaults: ProbeDefaults;
  /** Options speak of local time: the check's `time_zone` counts, else the config's. */
  readonly localTime?: true;
  /** Parses the `target` of a check into its canonical address; the text form is hashed into the target id. */
  readonly address: ZodType<A, string>;
  /** Target when a check names none; absent means that `target` is required. */
  readonly defaultAddress?: string;
  /** Address as people and metrics may see it: without userinfo and query. */
  display(address: A): string;
  /** Network host that the run loads, for per-host caps and the worker that owns it; undefined when none is loaded. */
  hostOf(address: A): string | undefined;
  readonly options: ZodType<C>;
  readonly metrics: readonly Metric[] | "dynamic";
  /** Dynamic kinds: the metrics that these options name; further ones may come (see `undeclaredMetric`). */
  metricsOf?(options: C): readonly Metric[];
  /** Dynamic kinds that have required options: what every check declares, told in place of `metricsOf` where there are no options. */
  readonly commonMetrics?: readonly Metric[];
  /** Dynamic kinds: whether samples that `metricsOf` does not name are exposed; absent: they are. */
  exposesUndeclared?(options: C): boolean;
  /** Why options and an address, each good by itself, do not belong together; undefined where they do. */
  conflict?(options: C, address: A): string | undefined;
  /** What these options leave open at this address that whoever wrote them may not know: a warning when the config is read. */
  advice?(options: C, address: A): string | undefined;
  create(options: C, io: ProbeIo): Probe;
}

/** A probe kind with its option type closed over, so that kinds of different options fit one array. */
export interface ProbeKind
  extends Omit<
    ProbeSpec<unknown, unknown>,
    "create" | "display" | "hostOf" | "address" | "options" | "metricsOf" | "exposesUndeclared" | "conflict" | "advice"
  > {
  readonly address: ZodType;
  readonly options: ZodType;
  /** Judges an address without opening anything. */
  locate(address: string): Readonly<{ canonical: string; display: string; host: string | undefined }>;
  /** Metrics that a check with these options declares. @throws {ZodError} when the options do not fit. */
  metricsOf(raw: unknown): readonly Metric[];
  /** Whether samples that it does not declare are exposed. @throws {ZodError} when the options do not fit. */
  exposesUndeclared(raw: unknown): boolean;
  /** Why accepted options and an accepted address do not belong together. @throws {ZodError} when one of them does not fit. */
  conflictOf(raw: unknown, address: string): string | undefined;
  /** What accepted options leave open at an accepted address. @throws {ZodError} when one of them does not fit. */
  adviceOn(raw: unknown, address: string): string | undefined;
  /** Parses options and makes the probe, which says none of their secrets, nor of `secrets`; does no I/O. @throws {ZodError} when the options do not fit. */
  open(raw: unknown, io: ProbeIo, secrets?: readonly string[]): Probe;
}

/** Closes over a probe's own option and address types. */
export function defineProbe<C, A>({
  create,
  display,
  hostOf,
  metricsOf,
  exposesUndeclared,
  conflict,
  advice,
  ...spec
}: ProbeSpec<C, A>): ProbeKind {
  return {
    ...spec,
    locate(address) {
      const parsed = spec.address.parse(address);
      return {
        canonical: typeof parsed === "string" ? parsed : JSON.stringify(parsed),
        display: display(parsed),
        host: hostOf(parsed),
      };
    },
    metricsOf(raw) {
      if (spec.metrics !== "dynamic") return spec.metrics;
      if (spec.commonMetrics !== undefined && isEmpty(raw)) return spec.commonMetrics;
      return metricsOf === undefined ? [] : metricsOf(spec.options.parse(raw));
    },
    exposesUndeclared(raw) {
      if (spec.metrics !== "dynamic") return false;
      return exposesUndeclared === undefined || exposesUndeclared(spec.options.parse(raw));
    },
    conflictOf: (raw, address) => conflict?.(spec.options.parse(raw), spec.address.parse(address)),
    adviceOn: (raw, address) => advice?.(spec.options.parse(raw), spec.address.parse(address)),
    open(raw, io, secrets) {
      const options = spec.options.parse(raw);
      return saying(create(options, io), hidingSecretsOf(options, secrets));
    },
  };
}

function saying(probe: Probe, hiding: Hiding | undefined): Probe {
  if (hiding === undefined) return probe;
  const hidden = (context: ProbeContext): ProbeContext => ({
    ...context,
    note: (line) => context.note(hiding.inLine(line)),
  });
  return { run: async (context) => hiding.inObservation(await probe.run(hidden(context))), close: () => probe.close() };
}

function isEmpty(raw: unknown): boolean {
  return typeof raw === "object" && raw !== null && Object.keys(raw).length === 0;
}
