import type { Service } from "../src/core/service.ts";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  downFinding,
  receiverOf,
  resultOf,
} from "../test/support/worlds/alerting-world.ts";
import type { Bench, Row, RunOptions } from "./support/bench.ts";
import { sampleOf } from "./support/statistics.ts";

/** What thousands of groups cost that begin to speak at moments of their own. */
export const stormBench: Bench = {
  name: "storm",
  title:
    "3 000 checks that fail a millisecond apart, each a group of its own, on the main thread, without what the store does",
  goals: ["no step holds the thread for 250 ms"],
  run,
};

const services = 50;

async function run({ quick, say }: RunOptions): Promise<readonly Row[]> {
  const count = quick ? 500 : 3000;
  const names = Array.from({ length: services }, (_, index) => `s${index}`);
  const chain = names.map((id, index) => ({
    id,
    title: id,
    hosts: [],
    needs: names.slice(Math.max(0, index - 1), index),
    links: {},
  }));
  say("nothing depends on anything");
  const alone = stepsMs(count, []);
  say("each service needs the one before it");
  const hanging = stepsMs(count, chain);
  return [
    ...rowsOf(`${count} groups`, alone),
    ...rowsOf(`${count} groups whose ${services} services need each other`, hanging),
  ];
}

function rowsOf(what: string, timesMs: readonly number[]): readonly Row[] {
  const sample = sampleOf([timesMs.reduce((sum, each) => sum + each, 0)]);
  if (sample === undefined) return [];
  return [
    { kind: "figure", what: `${what}, all steps`, unit: "ms", sample },
    { kind: "limit", what: `${what}, longest step`, unit: "ms", value: Math.max(...timesMs), atMost: 250 },
  ];
}

/** How long each step takes in which groups speak. */
function stepsMs(count: number, chain: readonly Service[]): readonly number[] {
  const checks = Array.from({ length: count }, (_, index) =>
    checkOf(`c${index}`, {
      failureThreshold: 1,
      service: `s${index % services}`,
      severity: index % 10 === 0 ? "critical" : "warning",
    }),
  );
  const route = { receiver: "chat", group_by: ["check"], group_wait: "30s" };
  const world = new AlertingWorld(alertingConfigOf(checks, { route, services: chain }, { chat: receiverOf(true) }));
  for (const check of checks) {
    world.nowMs += 1;
    world.apply(world.engine.onResults([resultOf(check, world.nowMs, [downFinding])], world.nowMs).change);
  }
  const timesMs: number[] = [];
  const endMs = world.nowMs + 120_000;
  for (
    let nextMs = world.engine.nextWakeMs();
    nextMs !== undefined && nextMs <= endMs;
    nextMs = world.engine.nextWakeMs()
  ) {
    world.nowMs = Math.max(world.nowMs, nextMs);
    const beganMs = performance.now();
    const change = world.engine.flush(world.nowMs);
    timesMs.push(performance.now() - beganMs);
    world.apply(change);
  }
  return timesMs;
}
