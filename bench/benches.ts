import { alertsBench } from "./alerts.ts";
import { daemonBench } from "./daemon.ts";
import { doorBench } from "./door.ts";
import { hostBench } from "./host.ts";
import { metricsBench } from "./metrics.ts";
import { outageBench } from "./outage.ts";
import { probeBench } from "./probe.ts";
import { rulesBench } from "./rules.ts";
import { storeBench } from "./stored-results.ts";
import { stormBench } from "./storm.ts";
import type { Bench } from "./support/bench.ts";

/** All benches, in the order they run. */
export const benches: readonly Bench[] = [
  probeBench,
  doorBench,
  metricsBench,
  hostBench,
  storeBench,
  daemonBench,
  outageBench,
  alertsBench,
  rulesBench,
  stormBench,
];
