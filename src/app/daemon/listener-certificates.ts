import type { ApiServer } from "../../api/api-server.ts";
import type { ListenerSettings } from "../../api/server-schema.ts";
import { AppError } from "../../core/errors.ts";
import type { Said } from "../../core/message/said.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { ListenerIdentity } from "../../core/ports/listener-identity.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { ListenerMetrics } from "../../exporters/prometheus/listener-metrics.ts";
import { type IdentityFiles, readListenerIdentity } from "../../platform/tls/listener-identity.ts";
import type { Trouble } from "./trouble.ts";

const everyMs = 3_600_000;
const dayMs = 24 * everyMs;
/** Whoever renews by a machine has done it long before. */
const warnedDays = 7;

export type ListenerCertificatesParts = Readonly<{
  clock: Clock;
  log: Logger;
  metrics: ListenerMetrics;
  trouble: Pick<Trouble, "set">;
}>;

type Kept = { files: IdentityFiles; identity: ListenerIdentity; problem?: string };

/** The certificates that our own listeners show: read at the start, and again when their files have changed. */
export class ListenerCertificates {
  readonly #parts: ListenerCertificatesParts;
  readonly #kept = new Map<string, Kept>();
  #api: Pick<ApiServer, "renew"> | undefined;
  #cancel: () => void = () => {};

  constructor(parts: ListenerCertificatesParts) {
    this.#parts = parts;
  }

  /** Files that count; a change of one asks for a look. */
  get paths(): readonly string[] {
    return [...this.#kept.values()].flatMap(({ files }) =>
      [files.certificate, files.key, files.client_ca].filter((path) => path !== undefined),
    );
  }

  /** Reads what the listeners show. @throws {AppError} ERR_CONFIG_INVALID when one cannot be used. */
  async open(listeners: Readonly<Record<string, ListenerSettings>>): Promise<ReadonlyMap<string, ListenerIdentity>> {
    for (const [name, { tls: files }] of Object.entries(listeners)) {
      if (files === undefined) continue;
      const read = await readListenerIdentity(files);
      if ("problem" in read) {
        throw new AppError("ERR_CONFIG_INVALID", `the listener ${name} cannot speak TLS: ${read.problem}`, {
          hint: `Mend the files under server.listeners.${name}.tls, or remove tls to listen without it.`,
        });
      }
      this.#kept.set(name, { files, identity: read.identity });
      this.#parts.metrics.certificateRead(name, read.identity.expiresAtMs, this.#parts.clock.now());
    }
    return new Map([...this.#kept].map(([name, { identity }]) => [name, identity]));
  }

  /** From now on new certificates are handed to these listeners. */
  watch(api: Pick<ApiServer, "renew">): void {
    this.#api = api;
    this.#judge();
  }

  /** Reads the files again: new handshakes get what is good, and nothing of what is not. */
  async look(): Promise<void> {
    for (const [name, kept] of this.#kept) this.#take(name, kept, await readListenerIdentity(kept.files));
    if (this.#api !== undefined) this.#judge();
  }

  stop(): void {
    this.#cancel();
    this.#api = undefined;
  }

  #take(name: string, kept: Kept, read: Awaited<ReturnType<typeof readListenerIdentity>>): void {
    const { clock, log, metrics } = this.#parts;
    if (this.#api === undefined) return;
    const nowMs = clock.now();
    const problem = "problem" in read ? read.problem : expiredProblem(kept, read.identity, nowMs);
    if (problem === undefined && "identity" in read) {
      delete kept.problem;
      metrics.certificateRead(name, read.identity.expiresAtMs, nowMs);
      if (read.identity.fingerprint === kept.identity.fingerprint) return;
      kept.identity = read.identity;
      this.#api.renew(name, read.identity);
      log.info("listener_certificate_renewed", {
        listener: name,
        expires_at: new Date(read.identity.expiresAtMs).toISOString(),
      });
      return;
    }
    metrics.certificateRefused(name);
    if (problem === undefined || problem === kept.problem) return;
    kept.problem = problem;
    log.error("listener_certificate_refused", { listener: name, problem });
  }

  #judge(): void {
    const { clock, trouble } = this.#parts;
    this.#cancel();
    for (const [name, kept] of this.#kept) trouble.set(`tls of listener ${name}`, troubleOf(kept, clock.now()));
    if (this.#kept.size > 0) this.#cancel = clock.setTimer(everyMs, () => this.#judge());
  }
}

/** A certificate that is over does not take the place of one that is not. */
function expiredProblem({ files, identity }: Kept, next: ListenerIdentity, nowMs: number): string | undefined {
  const isWorse = next.expiresAtMs <= nowMs && identity.expiresAtMs > nowMs;
  return isWorse ? `the certificate in ${files.certificate} has expired` : undefined;
}

function troubleOf({ problem, identity, files }: Kept, nowMs: number): Said | undefined {
  if (problem !== undefined)
    return { en: `${problem}; the old certificate stays in use`, zh: `${problem};继续使用原证书` };
  if (identity.expiresAtMs - warnedDays * dayMs > nowMs) return undefined;
  const day = new Date(identity.expiresAtMs).toISOString().slice(0, 10);
  const isOver = identity.expiresAtMs <= nowMs;
  return {
    en: `the certificate in ${files.certificate} ${isOver ? "expired" : "expires"} on ${day}: whoever scrapes or pushes is refused by then`,
    zh: `${files.certificate} 中的证书${isOver ? "已于" : "将于"} ${day} 到期,届时抓取和推送都会失败`,
  };
}
