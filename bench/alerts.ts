import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Row, RunOptions } from "./support/bench.ts";
import { startDaemon } from "./support/daemon-process.ts";
import { ShopAndInbox } from "./support/shop-and-inbox.ts";
import { quantile, sampleOf } from "./support/statistics.ts";

/** From a bad answer to the message in the chat. */
export const alertsBench: Bench = {
  name: "alerts",
  title: "from the target's bad answer to the request at the receiver, on top of interval and thresholds",
  goals: ["one at a time: p99 ≤ 50 ms", "1 000 alerts out within 1 s where the receivers allow"],
  run,
};

/** A webhook takes 20 messages a second, so the burst goes to many. */
const receivers = 50;

async function run(options: RunOptions): Promise<readonly Row[]> {
  const directory = mkdtempSync(join(tmpdir(), "watchfire-bench-alerts-"));
  const singles = names("single", options.quick ? 30 : 200);
  const burst = names("burst", options.quick ? 200 : 1000);
  const shops = await ShopAndInbox.start();
  try {
    const daemon = await startDaemon(directory, configFor(shops.url, singles, burst));
    try {
      await sleep(5000);
      options.say("one failure at a time");
      for (const shop of singles) {
        shops.fail([shop]);
        await sleep(100);
      }
      await shops.told(singles, 10_000);
      options.say("many failures at once");
      shops.fail(burst);
      await shops.told(burst, 15_000);
    } finally {
      await daemon.peer.stop();
    }
    return rowsOf(shops, singles, burst);
  } finally {
    await shops.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

function rowsOf(shops: ShopAndInbox, singles: readonly string[], burst: readonly string[]): readonly Row[] {
  const single = shops.latenciesMs(singles);
  const many = shops.latenciesMs(burst);
  const sample = sampleOf(single);
  const untold = singles.length + burst.length - single.length - many.length;
  const limit = (what: string, value: number, atMost: number): Row => ({
    kind: "limit",
    what,
    unit: "ms",
    value,
    atMost,
  });
  return [
    ...(sample === undefined ? [] : [{ kind: "figure", what: "one at a time", unit: "ms", sample } as const]),
    limit("one at a time: p99", quantile(single, 0.99), 50),
    limit(`${burst.length} within one interval of 1 s: the slowest`, many.at(-1) ?? Number.NaN, 1000),
    { kind: "limit", what: "alerts that were not told", unit: "alerts", value: untold, atMost: 0 },
  ];
}

/** Checks that believe the first failure, each its own group that does not wait. */
function configFor(
  url: string,
  singles: readonly string[],
  burst: readonly string[],
): Readonly<Record<string, unknown>> {
  const check = (name: string, index: number): readonly [string, object] => [
    name,
    {
      probe: "http",
      target: `${url}/${name}`,
      interval: "1s",
      timeout: "900ms",
      failure_threshold: 1,
      labels: { inbox: String(index % receivers) },
    },
  ];
  const inboxes = Array.from({ length: receivers }, (_, index) => `inbox-${index}`);
  return {
    checks: Object.fromEntries([...singles, ...burst].map(check)),
    receivers: Object.fromEntries(inboxes.map((name) => [name, { to: [{ kind: "webhook", url: `${url}/${name}` }] }])),
    route: {
      receiver: "inbox-0",
      group_by: ["check"],
      group_wait: "0s",
      group_interval: "1m",
      repeat_interval: "1h",
      routes: Object.fromEntries(
        inboxes.map((name, index) => [name, { matchers: [`inbox=${index}`], receiver: name }]),
      ),
    },
  };
}
