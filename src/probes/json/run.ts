import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { urlOf } from "../../core/http/address.ts";
import { evidenceOf } from "../../core/http/evidence.ts";
import { headerOf } from "../../core/http/header-of.ts";
import { type Visited, visit } from "../../core/http/visit.ts";
import { judgeTime } from "../../core/matching/slower-than.ts";
import { decodeText } from "../../core/text/charset.ts";
import { tlsSamples } from "../../core/tls/tls-samples.ts";
import { judgeAnswer } from "./judge-answer.ts";
import type { JsonOptions } from "./options.ts";

const accept = "application/json, application/*+json;q=0.9, */*;q=0.1";
const maxRedirects = 5;

/** Fetches a document once and judges what it says. */
export async function runJson(options: JsonOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  const startedMs = io.monotonicMs();
  const body = options.body === undefined ? {} : { body: options.body };
  const visited = await visit(
    { url: urlOf(context.target.address), method: options.method, ownHeaders: true, ...body },
    {
      options,
      further: [
        ["accept", accept],
        ["accept-encoding", "gzip"],
        ...(options.body === undefined ? [] : [["content-type", "application/json"] as const]),
      ],
      bodyLimitBytes: options.body_limit,
      followRedirects: options.follow_redirects,
      maxRedirects,
    },
    { io, signal: context.signal, phase: (name) => context.phase(name), note: (line) => context.note(line) },
  );
  const tookMs = io.monotonicMs() - startedMs;
  context.phase("local");
  return observe(options, visited, { tookMs, nowMs: context.startedAtMs });
}

function observe(
  options: JsonOptions,
  { finding, last, urls, addresses }: Visited,
  { tookMs, nowMs }: Readonly<{ tookMs: number; nowMs: number }>,
): Observation {
  const { response } = last;
  const decoded = response && decodeText(response.body, headerOf(response.headers, "content-type"), response.cut);
  const judged =
    finding !== undefined || response === undefined
      ? {
          findings: [finding ?? ({ is: "down", reason: "protocol", detail: "there was no answer" } as const)],
          samples: [],
        }
      : judgeAnswer(options, response, { text: decoded?.decodings[0]?.text ?? "", nowMs });
  const findings =
    finding === undefined ? [...judged.findings, ...judgeTime(options.slower_than, tookMs)] : judged.findings;
  const samples = [...judged.samples, ...(last.tls === undefined ? [] : tlsSamples(last.tls))];
  if (findings.length === 0) return { findings, samples };
  return { findings, samples, evidence: evidenceOf({ urls, addresses, last, decoded, matched: {} }) };
}
