import { writeFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { join } from "node:path";
import { inFlight, perSecond } from "../raw-load.ts";
import type { Contender } from "./contender.ts";
import { type Load, pace, saturate } from "./load.ts";
import { freePort, Peer, peerPath } from "./peers.ts";
import { blackboxConfig, blackboxQuery, type ProbeCase } from "./probe-cases.ts";
import { cpuMsOf } from "./process-cost.ts";

/** Something with a /probe door, such as a running blackbox_exporter, and where that is. */
export type Blackbox = Readonly<{ peer: Peer; port: number }>;

/** Starts Debian's blackbox_exporter; undefined when it is not installed. */
export async function startBlackbox(directory: string): Promise<Blackbox | undefined> {
  const binary = peerPath("prometheus-blackbox-exporter");
  if (binary === undefined) return undefined;
  const port = await freePort();
  const config = join(directory, "blackbox.yml");
  writeFileSync(config, blackboxConfig());
  const command: [string, ...string[]] = [
    binary,
    `--config.file=${config}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--log.level=error",
  ];
  const peer = await Peer.start(command, join(directory, "blackbox.log"), `http://127.0.0.1:${port}/-/healthy`);
  return { peer, port };
}

/** So many at once that each wake-up of a door has many to do: 30 s are some 100 000 scrapes. */
const warmingAtOnce = 256;

/** A contender that can be asked so much in little time that what compiles while it runs has done so. */
export type DoorContender = Contender & Readonly<{ warmUp(probeCase: ProbeCase, durationMs: number): Promise<number> }>;

/** Drives a `/probe` door as Prometheus does: over kept connections, evenly in time; the cost of driving is not counted. */
export function doorContender(name: string, { peer, port }: Blackbox): DoorContender {
  const agent = new Agent({ keepAlive: true });
  const probeOf =
    (probeCase: ProbeCase) =>
    (index: number): Promise<boolean> =>
      new Promise((resolve) => {
        get({ agent, host: "127.0.0.1", port, path: blackboxQuery(probeCase, index) }, (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            text += chunk;
          });
          response.on("end", () => resolve(/^probe_success 1$/m.test(text)));
        }).on("error", () => resolve(false));
      });
  return {
    name,
    async load({ probeCase, mode, durationMs }): Promise<Load> {
      const probe = probeOf(probeCase);
      const beforeMs = cpuMsOf(peer.pid);
      const done =
        mode === "saturated"
          ? await saturate(probe, inFlight, durationMs)
          : await pace(probe, { perSecond, wakeMs: 2, durationMs });
      return { ...done, cpuMs: cpuMsOf(peer.pid) - beforeMs };
    },
    async warmUp(probeCase, durationMs) {
      return (await saturate(probeOf(probeCase), warmingAtOnce, durationMs)).runs;
    },
    async stop() {
      agent.destroy();
      await peer.stop();
    },
  };
}
