import { cpus, freemem, hostname, machine, platform, release, totalmem, type, uptime, version } from "node:os";
import type { HostFacts } from "../core/ports/host-facts.ts";

const named = ["linux", "win32", "darwin"] as const;

/** The runtime's own knowledge of the machine. */
export const systemHostFacts: HostFacts = {
  uname: () => ({
    sysname: type(),
    nodename: hostname(),
    release: release(),
    version: version(),
    machine: machine(),
  }),
  platform: () => named.find((name) => name === platform()) ?? "other",
  cpuTimes: () =>
    cpus().map(({ times: { user, sys, idle, irq } }) => ({
      userMs: user,
      systemMs: sys,
      idleMs: idle,
      interruptMs: irq,
    })),
  memory: () => ({ totalBytes: totalmem(), freeBytes: freemem() }),
  uptimeSeconds: () => uptime(),
};
