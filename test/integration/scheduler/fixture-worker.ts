import { setTimeout as sleep } from "node:timers/promises";
import { parentPort } from "node:worker_threads";
import { z } from "zod";
import { openProbePorts } from "../../../src/app/probe-io.ts";
import { serveProbes } from "../../../src/app/probe-serving.ts";
import { defineProbe } from "../../../src/core/checks/probe.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { systemRandom } from "../../../src/platform/random.ts";

const shared = {
  title: "fixture",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 1000, timeoutMs: 1000, failureThreshold: 1 },
  address: z.string(),
  display: (address: string) => address,
  hostOf: (address: string) => address,
  metrics: [],
} as const;

/** Connects to a TCP port of this machine. */
const connect = defineProbe({
  ...shared,
  kind: "connect",
  options: z.strictObject({ port: z.number() }),
  create: ({ port }, io) => ({
    async run(context) {
      context.phase("connect");
      const dialled = await io.dialer.connect([{ address: "127.0.0.1", family: 4 }], port, context.signal);
      if (!dialled.ok) return { findings: [dialled.finding], samples: [] };
      dialled.socket.destroy();
      const runs = typeof context.memory === "number" ? context.memory + 1 : 1;
      return { findings: [], samples: [{ metric: "runs", labels: {}, value: runs }], memory: runs };
    },
    close: () => Promise.resolve(),
  }),
});

/** Never ends, and takes its whole thread down when it is told to. */
const doomed = defineProbe({
  ...shared,
  kind: "doomed",
  options: z.strictObject({}),
  create: (_, io) => ({
    run: (context) => {
      const told = io.inbox.take(context.target.id);
      if (told.length > 0)
        queueMicrotask(() => {
          throw new Error("a bug outside of any run");
        });
      return new Promise(() => {});
    },
    close: () => Promise.resolve(),
  }),
});

/** Blocks its thread for longer than a stall is, and blames the target. */
const blocking = defineProbe({
  ...shared,
  kind: "blocking",
  options: z.strictObject({}),
  create: (_, io) => ({
    run: () => {
      for (const endMs = io.monotonicMs() + 400; io.monotonicMs() < endMs; );
      return Promise.resolve({ findings: [{ is: "down", reason: "status", detail: "HTTP 502" }], samples: [] });
    },
    close: () => Promise.resolve(),
  }),
});

/** Hangs in a loop of its own, some time after it began. */
const hanging = defineProbe({
  ...shared,
  kind: "hanging",
  options: z.strictObject({}),
  create: () => ({
    async run() {
      await sleep(200);
      for (;;);
    },
    close: () => Promise.resolve(),
  }),
});

/** Repeats what arrived. */
const inbox = defineProbe({
  ...shared,
  kind: "inbox",
  trigger: "arrival",
  options: z.strictObject({}),
  create: (_, io) => ({
    run: (context) => {
      const arrivals = io.inbox.take(context.target.id);
      return Promise.resolve({ findings: [], samples: [{ metric: "arrivals", labels: {}, value: arrivals.length }] });
    },
    close: () => Promise.resolve(),
  }),
});

if (parentPort !== null) {
  serveProbes(parentPort, {
    kinds: [connect, doomed, blocking, hanging, inbox],
    io: openProbePorts(),
    clock: systemClock,
    random: systemRandom,
  });
}
