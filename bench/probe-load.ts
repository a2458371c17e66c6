import { setTimeout as sleep } from "node:timers/promises";
import { openProbePorts } from "../src/app/probe-io.ts";
import type { Check } from "../src/core/checks/check.ts";
import type { Finding } from "../src/core/checks/finding.ts";
import type { Probe } from "../src/core/checks/probe.ts";
import type { Result } from "../src/core/checks/result.ts";
import { systemClock } from "../src/platform/clock.ts";
import { systemRandom } from "../src/platform/random.ts";
import { http } from "../src/probes/http/http.ts";
import { tcp } from "../src/probes/tcp/tcp.ts";
import { startRun } from "../src/scheduler/runner.ts";
import { Scheduler } from "../src/scheduler/scheduler.ts";
import { checkOf } from "../test/support/samples/sample-checks.ts";
import type { LoadOrder } from "./raw-load.ts";
import { inFlight, perSecond } from "./raw-load.ts";
import { type Load, saturate, withCpu } from "./support/load.ts";
import { caPath, type ProbeCase, urlOf } from "./support/probe-cases.ts";
import { serveOrders } from "./support/worker-process.ts";

const intervalMs = 30_000;
const warmUpMs = 2500;
const ports = openProbePorts();
const noInbox = { take: () => [] };

function optionsOf({ isTls, keyword }: ProbeCase): Check["options"] {
  return {
    ...(isTls && { tls: { ca: caPath, server_name: "localhost" } }),
    ...(keyword !== undefined && { expect: { contains: [keyword] } }),
  };
}

/** A hundred targets per check, all of one case. */
function checksFor(probeCase: ProbeCase, targets: number): readonly Check[] {
  const kind = probeCase.name === "tcp" ? tcp : http;
  return Array.from({ length: Math.ceil(targets / 100) }, (_, number) =>
    checkOf({
      id: `check-${number}`,
      probe: kind.kind,
      options: optionsOf(probeCase),
      targets: Array.from({ length: Math.min(100, targets - number * 100) }, (_, index) => {
        const url = new URL(urlOf(probeCase, index));
        const address = kind === tcp ? url.host : url.href;
        return { id: `t${index}`, address, display: address, labels: {}, host: url.hostname };
      }),
      schedule: { kind: "every", everyMs: intervalMs },
      timeoutMs: 5000,
    }),
  );
}

function openProbe(probeCase: ProbeCase): Probe {
  const kind = probeCase.name === "tcp" ? tcp : http;
  return kind.open(optionsOf(probeCase), ports(noInbox));
}

function isGood({ verdict }: Result): boolean {
  return verdict === "up";
}

function saturated(probeCase: ProbeCase, durationMs: number): Promise<Load> {
  const probe = openProbe(probeCase);
  const [check] = checksFor(probeCase, 16);
  const targets = check?.targets ?? [];
  const key = { check: "check-0", target: "t0", location: "default" };
  const once = async (index: number): Promise<boolean> => {
    const target = targets[index % targets.length];
    if (target === undefined) return false;
    const startedAtMs = systemClock.now();
    const job = { target, probe, timeoutMs: 5000, memory: undefined, startedAtMs };
    const { outcome } = startRun({ key: { ...key, slotMs: startedAtMs }, trigger: "schedule", ...job }, systemClock);
    return isGood((await outcome).result);
  };
  return withCpu(() => saturate(once, inFlight, durationMs));
}

async function scheduled(probeCase: ProbeCase, durationMs: number): Promise<Load> {
  let runs = 0;
  let bad = 0;
  let headline: Finding | undefined;
  const scheduler = new Scheduler({
    clock: systemClock,
    random: systemRandom,
    caps: { mostRuns: 200, mostPerHost: 4 },
    open: () => openProbe(probeCase),
    emit({ results }) {
      runs += results.length;
      for (const result of results) {
        if (isGood(result)) continue;
        bad += 1;
        headline = result.headline;
      }
    },
    takeArrivalsDropped: () => 0,
  });
  scheduler.start(checksFor(probeCase, (perSecond * intervalMs) / 1000), [], 1);
  await sleep(warmUpMs);
  runs = 0;
  bad = 0;
  const load = await withCpu(async () => {
    await sleep(durationMs);
    return { runs, bad };
  });
  await scheduler.drain(1000);
  if (headline !== undefined) console.error(`a probe of ${probeCase.name} gave ${JSON.stringify(headline)}`);
  return load;
}

// Child of the probe bench: the real unit in the real runner, and in the real scheduler.
serveOrders<LoadOrder, Load>(({ probeCase, mode, durationMs }) =>
  mode === "saturated" ? saturated(probeCase, durationMs) : scheduled(probeCase, durationMs),
);
