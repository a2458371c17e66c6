import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import type { Sample } from "../../src/core/metric.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { createFiles } from "../../src/platform/files.ts";
import { systemHostFacts } from "../../src/platform/host-facts.ts";
import { host } from "../../src/probes/host/host.ts";
import { peer } from "../support/peers.ts";
import { probeContext, probeIo } from "../support/probe-harness.ts";

const collectorNames = [
  "cpu",
  "stat",
  "loadavg",
  "meminfo",
  "vmstat",
  "diskstats",
  "filesystem",
  "netdev",
  "uname",
  "pressure",
  "time",
];
const exclusions = {
  mount_points_exclude: "^/(dev|proc|run|sys|mnt|media)($|/)",
  fs_types_exclude: "^(autofs|cgroup2?|devpts|devtmpfs|nfs4?|overlay|proc|sysfs|squashfs)$",
  disk_devices_exclude: "^(loop|ram)\\d+$",
  network_devices_exclude: "^lo$",
};
/** What node_exporter adds from udev, netlink and sysfs; the host probe reads procfs only. */
const left =
  /^node_(?:disk_info|disk_filesystem_info|network_receive_nohandler_total|time_(?:clocksource_.*|zone_offset_seconds)|exporter_build_info)\b/;
/** Values that hold still between two readings a moment apart. */
const still =
  /^node_(?:boot_time_seconds|uname_info|memory_MemTotal_bytes|memory_SwapTotal_bytes|filesystem_(?:size_bytes|files|readonly|device_error)|vmstat_oom_kill)\b/;

type Exposition = Readonly<{ types: Map<string, string>; helps: Map<string, string>; values: Map<string, number> }>;

describe("host beside node_exporter", () => {
  it("gives the same series with the same types and helps", async (context) => {
    const binary = peer(context, "prometheus-node-exporter", "prometheus-node-exporter");
    const theirs = await scrape(binary);
    const probe = host.open(
      exclusions,
      probeIo({
        files: createFiles(systemClock),
        hostFacts: systemHostFacts,
        monotonicMs: () => systemClock.monotonicMs(),
      }),
    );

    const ours = await probe.run(probeContext());

    const wanted = [...theirs.values.keys()].filter((series) => series.startsWith("node_") && !left.test(series));
    expect(wanted.length).toBeGreaterThan(100);
    const given = new Map(ours.samples.map((sample) => [seriesOf(sample), sample.value]));
    expect(wanted.filter((series) => !given.has(series))).toEqual([]);
    for (const series of wanted.filter((candidate) => still.test(candidate))) {
      expect([series, given.get(series)]).toEqual([series, theirs.values.get(series)]);
    }
    for (const metric of host.metricsOf({})) {
      const type = theirs.types.get(metric.name);
      if (type === undefined) continue;
      expect([metric.name, metric.type, metric.help]).toEqual([metric.name, type, theirs.helps.get(metric.name)]);
    }
  });
});

function seriesOf(sample: Sample): string {
  const labels = Object.entries(sample.labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = labels.map(([name, value]) => `${name}="${value.replace(/[\\"]/g, "\\$&")}"`).join(",");
  return text === "" ? sample.metric : `${sample.metric}{${text}}`;
}

async function scrape(binary: string): Promise<Exposition> {
  const port = await freePort();
  const child = spawn(
    binary,
    [
      `--web.listen-address=127.0.0.1:${port}`,
      "--collector.disable-defaults",
      "--web.disable-exporter-metrics",
      ...collectorNames.map((name) => `--collector.${name}`),
      `--collector.filesystem.mount-points-exclude=${exclusions.mount_points_exclude}`,
      `--collector.filesystem.fs-types-exclude=${exclusions.fs_types_exclude}`,
      `--collector.diskstats.device-exclude=${exclusions.disk_devices_exclude}`,
      `--collector.netdev.device-exclude=${exclusions.network_devices_exclude}`,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  try {
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`node_exporter ended with ${code}`)));
      child.stderr.on("data", (chunk: Buffer) => chunk.includes("Listening on") && resolve());
    });
    return parse(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
  } finally {
    child.kill("SIGKILL");
  }
}

function parse(text: string): Exposition {
  const exposition: Exposition = { types: new Map(), helps: new Map(), values: new Map() };
  for (const line of text.split("\n")) {
    const [, keyword, name = "", rest = ""] = /^# (TYPE|HELP) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === "TYPE") exposition.types.set(name, rest);
    else if (keyword === "HELP") exposition.helps.set(name, rest);
    else if (line !== "" && !line.startsWith("#")) {
      const space = line.lastIndexOf(" ");
      exposition.values.set(line.slice(0, space), Number(line.slice(space + 1)));
    }
  }
  return exposition;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
