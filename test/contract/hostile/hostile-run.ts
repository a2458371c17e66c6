import { expect } from "vitest";
import type { ProbeIo } from "../../../src/core/checks/probe.ts";
import type { Result } from "../../../src/core/checks/result.ts";
import type { Run } from "../../../src/scheduler/runner.ts";
import {
  type Fault,
  type FaultServer,
  type FaultServerOptions,
  serveFault,
} from "../../support/fault-server/fault-server.ts";
import { startNetworkRun } from "../../support/worlds/http-run.ts";
import type { Speaker } from "./speakers.ts";

/** A run under way of one speaker against a server at this place. */
export function startSpeaker(
  { kind, address, options }: Speaker,
  { host = "127.0.0.1", port, ports = {} }: Readonly<{ host?: string; port: number; ports?: Partial<ProbeIo> }>,
): Run {
  return startNetworkRun(kind, address(host, port), options?.(host, port) ?? {}, { ports });
}

/** What came of one speaker and one fault: `is reason`, how it was said, and what had been asked. */
export type Heard = Readonly<{ told: string; detail: string; result: Result; server: FaultServer }>;

/**
 * Serves the fault and lets the speaker run into it; where the fault says that it stalls, the deadline falls. Holds what must
 * hold of every fault: no bug, nothing abandoned, no connection left, and nothing in the result that a reader must not meet.
 */
export async function runInto(
  speaker: Speaker,
  fault: Fault,
  options: FaultServerOptions & Readonly<{ name?: string }> = {},
): Promise<Heard> {
  const server = await serveFault(fault, options);
  try {
    const run = startSpeaker(speaker, { host: options.name ?? options.host ?? "127.0.0.1", port: server.port });
    void server.stalled.then(() => run.cancel());
    const { result, threw, abandoned } = await run.outcome;
    await server.idle();
    expect({ threw, abandoned }).toEqual({ threw: false, abandoned: false });
    expect(uncleanTexts(result)).toEqual([]);
    const { headline } = result;
    const told = headline === undefined ? result.verdict : `${headline.is} ${headline.reason}`;
    return { told, detail: headline?.detail ?? "", result, server };
  } finally {
    await server.close();
  }
}

/** Texts anywhere in a result that a terminal, a log or a page would stumble over. */
function uncleanTexts(value: unknown): readonly string[] {
  if (typeof value === "string") return isClean(value) ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => [...uncleanTexts(name), ...uncleanTexts(each)]);
}

function isClean(text: string): boolean {
  return text.isWellFormed() && !/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u.test(text);
}
