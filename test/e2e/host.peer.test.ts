import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { Sample } from "../../src/core/checks/metric.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { createFiles } from "../../src/platform/files/files.ts";
import { systemStoredFiles } from "../../src/platform/files/stored-files.ts";
import { systemHostFacts } from "../../src/platform/host-facts.ts";
import { ChildPrograms } from "../../src/platform/processes/child-programs.ts";
import { host } from "../../src/probes/host/host.ts";
import { freePort } from "../support/daemons/daemon-process.ts";
import { peer } from "../support/daemons/peers.ts";
import { probeContext, probeIo } from "../support/worlds/probe-harness.ts";

const exclusions = {
  mount_points_exclude: "^/(dev|proc|run|sys|mnt|media)($|/)",
  fs_types_exclude: "^(autofs|cgroup2?|devpts|devtmpfs|nfs4?|overlay|proc|sysfs|squashfs)$",
  disk_devices_exclude: "^(loop|ram)\\d+$",
  network_devices_exclude: "^lo$",
};
/** The least share of node_exporter's series that the probe gives; the name of the time zone is missing. */
const leastShare = 0.98;
/** Values that move between two readings in either direction; time is the test's own. */
const volatile =
  /^node_(?:memory_|load|procs_|sockstat_|time_seconds|disk_io_now|arp_|entropy_available|filesystem_(?:free|avail|files_free)|nf_conntrack_entries\b|filefd_allocated|udp_queues|netstat_Tcp_CurrEstab|cpu_(?:scaling_)?frequency_hertz|hwmon_|thermal_zone_|scrape_collector_duration|softnet_backlog)/;
/** CPU time that the kernel takes back a little now and then, and counters of several CPUs that are not read in one moment. */
const skew = 0.02;

type Exposition = Readonly<{ types: Map<string, string>; helps: Map<string, string>; values: Map<string, number> }>;

describe("host beside node_exporter", () => {
  it("gives nearly all of its default series with the same types, helps and values", async (context) => {
    const binary = peer(context, "prometheus-node-exporter", "prometheus-node-exporter");
    const probe = host.open(
      { ...exclusions, more_collectors: ["timex"] },
      probeIo({
        programs: new ChildPrograms(systemClock),
        files: createFiles(systemClock),
        storedFiles: systemStoredFiles,
        hostFacts: systemHostFacts,
        monotonicMs: () => systemClock.monotonicMs(),
      }),
    );

    const before = valuesOf((await probe.run(probeContext())).samples);
    const theirs = await scrape(binary);
    const after = valuesOf((await probe.run(probeContext())).samples);

    const wanted = [...theirs.values.keys()].filter((series) => isOfTheMachine(series, after));
    const missing = wanted.filter((series) => !after.has(series));
    const different = wanted.filter(
      (series) => !agrees(theirs.values.get(series), before.get(series), after.get(series), series),
    );
    const share = 1 - missing.length / wanted.length;
    process.stdout.write(`${differenceOf(wanted, missing, theirs, after)}\n`);
    expect(wanted.length).toBeGreaterThan(200);
    expect(
      different.map((series) => [series, before.get(series), theirs.values.get(series), after.get(series)]),
    ).toEqual([]);
    expect(share).toBeGreaterThanOrEqual(leastShare);
    for (const metric of host.metricsOf({})) {
      const type = theirs.types.get(metric.name);
      if (type === undefined) continue;
      expect([metric.name, metric.type, metric.help]).toEqual([metric.name, type, theirs.helps.get(metric.name)]);
    }
  });
});

/** Not what node_exporter says of itself, nor of collectors that the probe does not have (for those the missing series count). */
function isOfTheMachine(series: string, ours: ReadonlyMap<string, number>): boolean {
  if (!series.startsWith("node_") || series.startsWith("node_exporter_build_info")) return false;
  return !series.startsWith("node_scrape_collector_") || ours.has(series);
}

/** A value lies between the two of ours that were read around it; a series that is missing differs in nothing. */
function agrees(theirs = 0, before: number | undefined, after: number | undefined, series: string): boolean {
  if (after === undefined || volatile.test(series)) return true;
  const [low, high] = [Math.min(before ?? after, after), Math.max(before ?? after, after)];
  const slack = Math.abs(high) * skew;
  return theirs >= low - slack && theirs <= high + slack;
}

function differenceOf(
  wanted: readonly string[],
  missing: readonly string[],
  theirs: Exposition,
  ours: ReadonlyMap<string, number>,
): string {
  const more = [...ours.keys()].filter((series) => !theirs.values.has(series));
  return [
    `node_exporter gives ${wanted.length} series of this machine, the host probe ${wanted.length - missing.length} of them.`,
    `Missing (${missing.length}): ${missing.join(", ")}`,
    `More (${more.length}): ${more.join(", ")}`,
  ].join("\n");
}

function valuesOf(samples: readonly Sample[]): ReadonlyMap<string, number> {
  return new Map(samples.map((sample) => [seriesOf(sample), sample.value]));
}

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
      "--web.disable-exporter-metrics",
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
