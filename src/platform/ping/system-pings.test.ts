import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PingOutcome } from "../../core/ports/pings.ts";
import { systemClock } from "../clock.ts";
import { ChildPrograms } from "../processes/child-programs.ts";
import { SystemPings } from "./system-pings.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-ping-"));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** Pings with a program that says this on stdout and stderr and ends so. */
async function pingWith(script: string): Promise<PingOutcome> {
  const program = join(directory, "ping");
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  const request = {
    to: { address: "127.0.0.1", family: 4 as const },
    packets: 1,
    spacingMs: 200,
    replyWithinMs: 1000,
    payloadBytes: 56,
    dontFragment: false,
    limitMs: 20_000,
  };
  return new SystemPings(new ChildPrograms(systemClock), [program]).ping(request, new AbortController().signal);
}

describe.runIf(process.platform !== "win32")("platform/ping/system-pings", () => {
  it("gives replies as ping tells them, and counts no reply as sent", async () => {
    const answered = await pingWith(
      'echo "64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.05 ms"; echo "1 packets transmitted, 1 received"',
    );
    const silent = await pingWith('echo "1 packets transmitted, 0 received, 100% packet loss"; exit 1');

    expect(answered).toMatchObject({ ok: true, sent: 1, replies: [{ rttMs: 0.05, hopLimit: 64 }] });
    expect(silent).toMatchObject({ ok: true, sent: 1, replies: [] });
  });

  it.each([
    ["ping: socket: Operation not permitted", "unknown", "permission"],
    ["ping: connect: Network is unreachable", "down", "unreachable"],
    ["ping: local error: message too long, mtu: 1500", "down", "unreachable"],
    ["ping: something else", "unknown", "local_resources"],
  ])("takes %j for %s(%s) (F17)", async (said, is, reason) => {
    expect(await pingWith(`echo "${said}" >&2; exit 2`)).toMatchObject({ ok: false, finding: { is, reason } });
  });

  it("bounds a program that babbles", async () => {
    const outcome = await pingWith("while :; do echo babble babble babble babble babble; done");

    expect(outcome).toMatchObject({ ok: false, finding: { is: "unknown", reason: "local_resources" } });
  });
});
