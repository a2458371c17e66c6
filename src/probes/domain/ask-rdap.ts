import type { ProbeIo } from "../../core/checks/probe.ts";
import { headerOf } from "../../core/http/header-of.ts";
import { isAsOpenAs, type Reach, reachOf } from "../../core/http/reach.ts";
import { type VisitScene, visit } from "../../core/http/visit.ts";
import type { ResolvedAddress } from "../../core/ports/resolver.ts";
import { decodeText } from "../../core/text/charset.ts";
import type { Answer } from "./answer.ts";
import type { DomainOptions } from "./options.ts";
import { takeTurn } from "./pace.ts";
import { readRdap } from "./read-rdap.ts";
import { requestOptionsOf } from "./request.ts";

const bodyLimitBytes = 512 * 1024;
const maxRedirects = 3;

/** Asks one RDAP server about one domain. @see RFC 9082 §3.1.3 */
export async function askRdap(
  server: string,
  name: string,
  options: DomainOptions,
  scene: VisitScene & Readonly<{ io: ProbeIo }>,
): Promise<Answer> {
  const url = new URL(`domain/${name}`, server.endsWith("/") ? server : `${server}/`);
  const refused = await takeTurn(scene.io.pacer, url.host, scene.signal);
  if (refused !== undefined) return refused;
  scene.note(`asking ${url.host} by RDAP`);
  const plan = {
    options: requestOptionsOf(options),
    further: [["accept", "application/rdap+json, application/json;q=0.9"]] as const,
    bodyLimitBytes,
    followRedirects: true,
    maxRedirects,
    admit: admission(),
  };
  const { finding, last } = await visit({ url, method: "GET", ownHeaders: true }, plan, scene);
  const { response } = last;
  if (finding !== undefined || response === undefined) return failed(`RDAP: ${finding?.detail ?? "no answer"}`);
  if (response.status === 404) return { kind: "not_registered" };
  if (response.status === 429) {
    scene.io.pacer.backOff(url.host, waitOf(headerOf(response.headers, "retry-after")));
    return { kind: "failed", reason: "rate_limited", detail: `${url.host} answers RDAP with status 429` };
  }
  if (response.status !== 200) return failed(`${url.host} answers RDAP with status ${response.status}`);
  if (response.cut)
    return { kind: "failed", reason: "parse", detail: `the RDAP answer is larger than ${bodyLimitBytes} bytes` };
  const text = decodeText(response.body, headerOf(response.headers, "content-type"), false).decodings[0]?.text ?? "";
  const answer = readRdap(text);
  return answer.kind === "failed" ? { ...answer, detail: `${url.host}: ${answer.detail}` } : answer;
}

/** A registry may send us on to a registrar, but nobody is led from the internet into a private network. */
function admission(): (
  addresses: readonly ResolvedAddress[],
) => ReturnType<typeof refuse> | Readonly<{ ok: true; addresses: readonly ResolvedAddress[] }> {
  let first: Reach | undefined;
  return (addresses) => {
    first ??= reachOf(addresses[0]?.address ?? "127.0.0.1");
    const page = first;
    const allowed = addresses.filter(({ address }) => isAsOpenAs(reachOf(address), page));
    return allowed.length > 0 ? { ok: true, addresses: allowed } : refuse();
  };
}

function refuse(): Readonly<{ ok: false; finding: Readonly<{ is: "down"; reason: "blocked"; detail: string }> }> {
  return { ok: false, finding: { is: "down", reason: "blocked", detail: "the redirect leads into a private network" } };
}

const dayMs = 86_400_000;

function waitOf(retryAfter: string | undefined): number {
  const seconds = /^\d{1,7}$/.test(retryAfter ?? "") ? Number(retryAfter) : 0;
  return Math.min(7 * dayMs, Math.max(60_000, seconds === 0 ? dayMs : seconds * 1000));
}

function failed(detail: string): Answer {
  return { kind: "failed", reason: "lookup_failed", detail };
}
