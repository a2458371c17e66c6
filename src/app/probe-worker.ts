import { parentPort } from "node:worker_threads";
import { invariant } from "../core/errors.ts";
import { systemClock } from "../platform/clock.ts";
import { systemRandom } from "../platform/random.ts";
import { probeKinds } from "../probes/index.ts";
import { openProbePorts } from "./probe-io.ts";
import { serveProbes } from "./probe-serving.ts";

// Composition root of a probe worker: the pool starts this file in threads of its own.
invariant(parentPort !== null, "the probe worker runs in a thread, not by itself");
const port = parentPort;
port.once("message", () => {
  serveProbes(port, { kinds: probeKinds, io: openProbePorts(), clock: systemClock, random: systemRandom });
});
