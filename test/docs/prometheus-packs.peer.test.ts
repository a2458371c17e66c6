import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { peer } from "../support/daemons/peers.ts";
import { root } from "./documents.ts";
import { prometheusPacks } from "./prometheus-packs.ts";

const path = join(root, "deploy/prometheus/packs.yaml");
const machine = 'instance="m1:9100"';
const root1 = `${machine},device="/dev/vda1",mountpoint="/",fstype="ext4"`;

function series(name: string, labels: string, values: string) {
  return { series: `${name}{${labels}}`, values };
}

function cpu(mode: string, perMinute: number) {
  return series("node_cpu_seconds_total", `${machine},cpu="0",mode="${mode}"`, `0+${perMinute}x600`);
}

/** What each rule says at a minute; the alerts are named by their labels beside those of the series. */
const stories = [
  {
    name: "a machine whose processor is stolen",
    input: [cpu("idle", 30), cpu("user", 12), cpu("steal", 18)],
    alert: "NodeCPUSteal",
    at: "40m",
    severities: ["warning"],
  },
  {
    name: "a machine whose processor is its own",
    input: [cpu("idle", 30), cpu("user", 28), cpu("steal", 2)],
    alert: "NodeCPUSteal",
    at: "40m",
    severities: [],
  },
  {
    name: "a full disk",
    input: [
      series("node_filesystem_avail_bytes", root1, "2x600"),
      series("node_filesystem_size_bytes", root1, "100x600"),
      series("node_filesystem_readonly", root1, "0x600"),
    ],
    alert: "NodeFilesystemAlmostOutOfSpace",
    at: "40m",
    severities: ["warning", "critical"],
  },
  {
    name: "a full disk that nobody can write",
    input: [
      series("node_filesystem_avail_bytes", root1, "0x600"),
      series("node_filesystem_size_bytes", root1, "100x600"),
      series("node_filesystem_readonly", root1, "1x600"),
    ],
    alert: "NodeFilesystemAlmostOutOfSpace",
    at: "40m",
    severities: [],
  },
  {
    name: "a disk that fills up",
    input: [
      series("node_filesystem_avail_bytes", root1, "30-0.02x600"),
      series("node_filesystem_size_bytes", root1, "100x600"),
    ],
    alert: "NodeFilesystemSpaceFillingUp",
    at: "8h",
    severities: ["warning"],
  },
  {
    name: "a kernel that kills a process",
    input: [series("node_vmstat_oom_kill", machine, "0x20 1x600")],
    alert: "NodeOOMKill",
    at: "30m",
    severities: ["warning"],
  },
  {
    name: "a service that stopped, and one that may",
    input: [
      series("windows_service_state", `${machine},name="gitlab-runner",state="running"`, "0x600"),
      series("windows_service_start_mode", `${machine},name="gitlab-runner",start_mode="auto"`, "1x600"),
      series("windows_service_state", `${machine},name="edgeupdate",state="running"`, "0x600"),
      series("windows_service_start_mode", `${machine},name="edgeupdate",start_mode="auto"`, "1x600"),
    ],
    alert: "WindowsServiceNotRunning",
    at: "20m",
    severities: ["warning"],
  },
];

describe("deploy/prometheus/packs.yaml", () => {
  it("is made from the packs (UPDATE_DOCS=1 writes it)", () => {
    const wanted = prometheusPacks();

    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(path, wanted);
    else expect(existsSync(path) ? readFileSync(path, "utf8") : "").toBe(wanted);
  });

  it("has rules that promtool accepts", (context) => {
    const promtool = peer(context, "promtool", "prometheus");

    const checked = spawnSync(promtool, ["check", "rules", path], { encoding: "utf8" });

    expect([checked.status, checked.stderr]).toEqual([0, ""]);
  });

  it("has rules that judge as those of the packs do", (context) => {
    const promtool = peer(context, "promtool", "prometheus");
    const directory = mkdtempSync(join(tmpdir(), "watchfire-packs-"));
    const testPath = join(directory, "test.yaml");
    writeFileSync(testPath, stringify({ rule_files: [path], evaluation_interval: "1m", tests: stories.map(testOf) }));

    const tested = spawnSync(promtool, ["test", "rules", testPath], { encoding: "utf8" });
    rmSync(directory, { recursive: true });

    expect([tested.stdout.replaceAll(/^Unit Testing:.*$/gm, "").trim(), tested.status]).toEqual(["SUCCESS", 0]);
    // promtool computes for seconds where it has a processor to itself, and for a minute where it shares one.
  }, 180_000);
});

function testOf({ name, input, alert, at, severities }: (typeof stories)[number]) {
  return {
    name,
    interval: "1m",
    input_series: input,
    promql_expr_test: [
      {
        expr: `count by (severity) (ALERTS{alertname="${alert}",alertstate="firing"})`,
        eval_time: at,
        exp_samples: severities.map((severity) => ({ labels: `{severity="${severity}"}`, value: 1 })),
      },
    ],
  };
}
