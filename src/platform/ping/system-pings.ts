import { access, constants } from "node:fs/promises";
import type { Finding } from "../../core/checks/finding.ts";
import type { PingOutcome, PingRequest, Pings } from "../../core/ports/pings.ts";
import type { Programs } from "../../core/ports/programs.ts";
import { readUnixPing, readWindowsPing } from "./ping-output.ts";

const mostOutputBytes = 256 * 1024;
const flavour = process.platform === "win32" ? "windows" : process.platform === "darwin" ? "bsd" : "linux";
const places: Readonly<Record<typeof flavour, readonly string[]>> = {
  linux: ["/usr/bin/ping", "/bin/ping", "/usr/sbin/ping", "/sbin/ping"],
  bsd: ["/sbin/ping", "/usr/bin/ping"],
  windows: [`${process.env["SystemRoot"] ?? "C:\\Windows"}\\System32\\ping.exe`],
};

/** Pings with the system's own program, which has the right to: Node opens neither raw nor ICMP sockets. */
export class SystemPings implements Pings {
  readonly #programs: Programs;
  readonly #places: readonly string[];
  #program: string | undefined;

  constructor(programs: Programs, candidates: readonly string[] = places[flavour]) {
    this.#programs = programs;
    this.#places = candidates;
  }

  async ping(request: PingRequest, signal: AbortSignal): Promise<PingOutcome> {
    this.#program ??= await firstExecutable(this.#places);
    if (this.#program === undefined) {
      return unknown("driver_missing", "this machine has no program `ping`; install iputils-ping (or busybox)");
    }
    const end = await this.#programs.run(
      {
        command: [this.#program, ...pingArguments(request, flavour)],
        stdin: "",
        env: { LC_ALL: "C" },
        limitMs: request.limitMs,
        mostOutputBytes,
      },
      signal,
    );
    if (!end.ok) {
      const reason = end.reason === "permission" ? "permission" : "local_resources";
      return unknown(reason, `ping did not run to its end: ${end.detail}`);
    }
    const { sent, replies, complaints } = (flavour === "windows" ? readWindowsPing : readUnixPing)(end.stdout);
    if (sent === undefined || (sent === 0 && replies.length === 0)) return judgeSilence(`${end.stderr}${end.stdout}`);
    return { ok: true, sent, replies, complaints };
  }
}

/** Arguments for `ping`; the address is a literal, so nothing of it can be taken for an option. */
export function pingArguments(request: PingRequest, system: typeof flavour): readonly string[] {
  const { to, packets, spacingMs, replyWithinMs, payloadBytes, hopLimit, dontFragment } = request;
  if (system === "windows") {
    return [
      "-n",
      String(packets),
      "-w",
      String(replyWithinMs),
      "-l",
      String(payloadBytes),
      `-${to.family}`,
      ...(hopLimit === undefined ? [] : ["-i", String(hopLimit)]),
      ...(dontFragment && to.family === 4 ? ["-f"] : []),
      to.address,
    ];
  }
  const within = system === "bsd" ? String(replyWithinMs) : String(Math.ceil(replyWithinMs / 1000));
  return [
    "-n",
    "-c",
    String(packets),
    "-W",
    within,
    "-s",
    String(payloadBytes),
    ...(packets > 1 ? ["-i", String(spacingMs / 1000)] : []),
    ...(system === "linux" ? [`-${to.family}`] : []),
    ...(hopLimit === undefined ? [] : [system === "bsd" ? "-m" : "-t", String(hopLimit)]),
    ...(dontFragment && to.family === 4 ? (system === "bsd" ? ["-D"] : ["-M", "do"]) : []),
    to.address,
  ];
}

/** `ping` sent nothing: it says why on stderr. */
function judgeSilence(said: string): PingOutcome {
  const line = said.trim().split("\n").at(-1)?.slice(0, 200) ?? "";
  if (/not permitted|permission denied|lacking privilege/i.test(said)) {
    const hint = "give ping cap_net_raw, or the user a place in net.ipv4.ping_group_range";
    return unknown("permission", `ping may not send: ${line}; ${hint}`);
  }
  if (/unreachable|no route|invalid argument|message too long|cannot assign/i.test(said)) {
    return { ok: false, finding: { is: "down", reason: "unreachable", phase: "connect", detail: line } };
  }
  return unknown("local_resources", `ping sent nothing: ${line}`);
}

function unknown(reason: "driver_missing" | "permission" | "local_resources", detail: string): PingOutcome {
  const finding: Finding = { is: "unknown", reason, phase: "local", detail };
  return { ok: false, finding };
}

async function firstExecutable(candidates: readonly string[]): Promise<string | undefined> {
  for (const path of candidates) {
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // The next place may have it.
    }
  }
  return undefined;
}
