import { stringify } from "yaml";
import { secondsOf } from "../../core/time/stopwatch.ts";
import type { Probed } from "./metrics-text.ts";
import type { BlackboxModule } from "./modules.ts";

/** A probe that was made through the door. */
export type DoorRun = Readonly<{
  module: BlackboxModule;
  target: string;
  timeoutMs: number;
  atMs: number;
  probed: Probed;
}>;

/** What `debug=true` and `/logs` show: what the probe noted and found, its metrics and its module. */
export function debugText(run: DoorRun): string {
  const { module, target, timeoutMs, probed } = run;
  const at = new Date(run.atMs).toISOString();
  const write = (level: string, message: string, fields = ""): string =>
    `ts=${at} module=${quoted(module.name)} target=${quoted(target)} level=${level} msg=${quoted(message)}${fields}`;
  const seconds = secondsOf(probed.durationMs);
  const lines = [
    write("info", "Beginning probe", ` probe=${module.prober} timeout_seconds=${timeoutMs / 1000}`),
    ...probed.notes.map((note) => write("info", note)),
    ...probed.findings.map(({ is, reason, detail }) => write("error", detail, ` finding=${is} reason=${reason}`)),
    probed.verdict === "up"
      ? write("info", "Probe succeeded", ` duration_seconds=${seconds}`)
      : write("error", "Probe failed", ` duration_seconds=${seconds}`),
  ];
  return [
    `Logs for the probe:\n${lines.join("\n")}\n`,
    `Metrics that would have been returned:\n${probed.metrics}`,
    `Module configuration:\n${stringify(module.shown, { lineWidth: 0 })}`,
  ].join("\n\n\n");
}

function quoted(text: string): string {
  return /^[^\s"=\\]+$/.test(text) ? text : JSON.stringify(text);
}
