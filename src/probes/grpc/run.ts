import type { Finding } from "../../core/checks/finding.ts";
import { type Sample, sample } from "../../core/checks/metric.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { judgeTime } from "../../core/matching/slower-than.ts";
import { cleanText, cutText } from "../../core/message/clean-text.ts";
import { parseHostPort } from "../../core/net/host-port.ts";
import { remoteSamples } from "../../core/net/remote-samples.ts";
import type { GrpcCall, GrpcReply } from "../../core/ports/grpc-calls.ts";
import type { ResolvedAddress } from "../../core/ports/resolver.ts";
import { Stopwatch } from "../../core/time/stopwatch.ts";
import { judgeServed } from "../../core/tls/expiry.ts";
import { tlsSchema, trustOf } from "../../core/tls/tls-options.ts";
import { tlsSamples } from "../../core/tls/tls-samples.ts";
import {
  decodeResponse,
  encodeRequest,
  healthPath,
  type ServingStatus,
  servingStatuses,
  statusText,
} from "./health.ts";
import type { GrpcOptions } from "./options.ts";

const longestDetail = 200;
const unavailable = 14;
const deadlineExceeded = 4;
const defaultTls = tlsSchema.parse({});

/** Asks the health service once, over a connection of its own. */
export async function runGrpc(options: GrpcOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  const watch = new Stopwatch(() => io.monotonicMs());
  const enter: ProbeContext["phase"] = (phase) => {
    watch.enter(phase);
    context.phase(phase);
  };
  const { host = "", port = 0 } = parseHostPort(context.target.address) ?? {};
  enter("resolve");
  const resolution = await io.resolver.resolve(host, options.family, context.signal);
  watch.enter(undefined);
  const resolveMs = watch.sumMs("resolve");
  if (!resolution.ok) {
    const samples = [...remoteSamples(undefined, resolveMs), ...callSamples(0, undefined, { resolve: resolveMs })];
    return { findings: [resolution.finding], samples };
  }
  const reply = await io.grpc.call(
    callOf(options, context, { addresses: resolution.addresses, port, host }),
    enter,
    context.signal,
  );
  enter("local");
  const checkMs = watch.elapsedMs() - resolveMs;
  const { finding, status, serving } = judge(options, reply);
  const remote = reply.remote ?? resolution.addresses[0];
  return {
    findings: [
      ...(finding === undefined ? judgeTime(options.slower_than, watch.elapsedMs()) : [finding]),
      ...judgeServed({ options: options.certificate, tls: reply.tls }, finding, context.startedAtMs),
    ],
    samples: [
      ...remoteSamples(remote, resolveMs),
      ...callSamples(status, reply.tls, { resolve: resolveMs, check: checkMs }),
      ...servingStatuses.map((name) =>
        sample("probe_grpc_healthcheck_response", name === serving ? 1 : 0, { serving_status: name }),
      ),
      ...(reply.tls === undefined ? [] : tlsSamples(reply.tls)),
    ],
    evidence: { remote: remote?.address ?? null, status: statusText(status), serving: serving ?? null },
  };
}

type Place = Readonly<{ addresses: readonly ResolvedAddress[]; port: number; host: string }>;

function callOf(options: GrpcOptions, { target }: ProbeContext, { addresses, port, host }: Place): GrpcCall {
  const tls = options.tls ?? defaultTls;
  return {
    addresses,
    port,
    authority: target.address,
    path: healthPath,
    message: encodeRequest(options.grpc_service),
    metadata: Object.entries(options.metadata).flatMap(([name, values]) =>
      [values].flat().map((value) => [name, value.reveal()] as const),
    ),
    ...(options.encryption === "tls" && { tls: { trust: trustOf(tls), serverName: tls.server_name ?? host } }),
  };
}

type Judged = Readonly<{ finding?: Finding; status: number; serving?: ServingStatus }>;

function judge({ grpc_service: service }: GrpcOptions, { outcome }: GrpcReply): Judged {
  if ("finding" in outcome) {
    const isLate = outcome.finding.reason.endsWith("timeout");
    return { finding: outcome.finding, status: isLate ? deadlineExceeded : unavailable };
  }
  const { status, message } = outcome;
  const asked = service === "" ? "the server" : `the service ${service}`;
  if (status !== 0 || message === undefined) {
    const said = cutText(cleanText(outcome.detail), longestDetail);
    const detail = `asked about ${asked}, it answers ${statusText(status)}${said === "" ? "" : `: ${said}`}`;
    return { finding: down("status", detail), status };
  }
  const serving = decodeResponse(message);
  if (serving === undefined)
    return { finding: down("protocol", "the answer is no message of the health service"), status };
  if (serving === "SERVING") return { status, serving };
  return { finding: down("status", `${asked} says ${serving}`), status, serving };
}

function down(reason: "status" | "protocol", detail: string): Finding {
  return { is: "down", reason, phase: "processing", detail };
}

function callSamples(
  status: number,
  tls: GrpcReply["tls"],
  phasesMs: Readonly<Record<string, number>>,
): readonly Sample[] {
  return [
    ...Object.entries(phasesMs).map(([phase, ms]) => sample("probe_grpc_duration_seconds", ms / 1000, { phase })),
    sample("probe_grpc_ssl", tls === undefined ? 0 : 1),
    sample("probe_grpc_status_code", status),
  ];
}
