import { Resolver as NameServers } from "node:dns/promises";
import type { DnsTargetsFrom } from "../../config/discovery/targets-from-schema.ts";
import { messageOf } from "../../core/errors.ts";
import { formatHostPort } from "../../core/net/host-port.ts";
import type { Resolver } from "../../core/ports/resolver.ts";
import type { SourcePart, TargetGroup, TargetSource } from "../../core/ports/target-source.ts";

const timeoutMs = 2000;
const tries = 2;

/** Targets that name servers list in SRV, A or AAAA records. */
export class DnsTargets implements TargetSource {
  readonly #options: DnsTargetsFrom;
  readonly #resolver: Resolver;
  readonly #servers = new NameServers({ timeout: timeoutMs, tries });

  /** `resolver` asks for addresses, by the options' own servers where they name some. */
  constructor(options: DnsTargetsFrom, resolver: Resolver) {
    this.#options = options;
    this.#resolver = resolver;
    if (options.servers !== undefined) this.#servers.setServers(options.servers);
  }

  read(signal: AbortSignal): Promise<readonly SourcePart[]> {
    const { names, type } = this.#options;
    const cancel = (): void => this.#servers.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    const parts = names.map((name) => (type === "SRV" ? this.#services(name) : this.#addresses(name, type, signal)));
    return Promise.all(parts).finally(() => signal.removeEventListener("abort", cancel));
  }

  /** Nobody tells that it changed. */
  watch(): () => void {
    return () => {};
  }

  async #services(name: string): Promise<SourcePart> {
    try {
      const records = await this.#servers.resolveSrv(name);
      // A target of "." says that the service is not offered here.
      const offered = records.filter((record) => record.name !== "" && record.name !== ".");
      return {
        name,
        groups: offered.map((record) => ({
          targets: [formatHostPort({ host: record.name, port: record.port })],
          labels: {
            __meta_dns_name: name,
            __meta_dns_srv_record_target: record.name,
            __meta_dns_srv_record_port: String(record.port),
          },
        })),
      };
    } catch (error) {
      return { name, problem: wordsOf(error) };
    }
  }

  async #addresses(name: string, type: "A" | "AAAA", signal: AbortSignal): Promise<SourcePart> {
    const resolution = await this.#resolver.resolve(name, type === "A" ? "4" : "6", signal);
    if (!resolution.ok) return { name, problem: resolution.finding.detail };
    const { port } = this.#options;
    const group: TargetGroup = {
      targets: resolution.addresses.map(({ address }) =>
        port === undefined ? address : formatHostPort({ host: address, port }),
      ),
      labels: { __meta_dns_name: name },
    };
    return { name, groups: [group] };
  }
}

const words: Readonly<Record<string, string>> = {
  ENOTFOUND: "the name does not exist",
  ENODATA: "the name has no such records",
  ESERVFAIL: "the name server could not answer",
  EREFUSED: "the name server refuses to answer",
  ETIMEOUT: "the name server did not answer in time",
  ECANCELLED: "it was broken off",
  ECONNREFUSED: "the name server cannot be reached",
};

function wordsOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return words[code] ?? (code === "" ? messageOf(error) : code);
}
