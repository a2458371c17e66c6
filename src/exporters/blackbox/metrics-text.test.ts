import { describe, expect, it } from "vitest";
import { gauge, sample } from "../../core/checks/metric.ts";
import { MetricsText } from "./metrics-text.ts";

const declared = [
  gauge("probe_a_seconds", "A", false, ["phase"]),
  gauge("probe_tls_info", "TLS", false, ["version", "cipher"]),
];
const up = { verdict: "up", durationMs: 12.5 } as const;

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => !line.startsWith("# ") && line !== "");
}

describe("exporters/blackbox/metrics-text", () => {
  it("writes families by name with their headers, labels by name, and a line end after each", () => {
    const samples = [
      sample("probe_tls_info", 1, { version: 'TLS "1.3"', cipher: "a\\b" }),
      sample("probe_a_seconds", 0.25, { phase: "tls" }),
    ];

    expect(new MetricsText(declared).write({ ...up, samples }, 5000)).toBe(`# HELP probe_a_seconds A
# TYPE probe_a_seconds gauge
probe_a_seconds{phase="tls"} 0.25
# HELP probe_duration_seconds Returns how long the probe took to complete in seconds
# TYPE probe_duration_seconds gauge
probe_duration_seconds 0.0125
# HELP probe_success Displays whether or not the probe was a success
# TYPE probe_success gauge
probe_success 1
# HELP probe_timeout_seconds Returns how long the probe timeout is in seconds
# TYPE probe_timeout_seconds gauge
probe_timeout_seconds 5
# HELP probe_tls_info TLS
# TYPE probe_tls_info gauge
probe_tls_info{cipher="a\\\\b",version="TLS \\"1.3\\""} 1
`);
  });

  it("writes seconds without the noise of a division", () => {
    const text = new MetricsText([]).write({ verdict: "up", durationMs: 10.758, samples: [] }, 5000);

    expect(lines(text)).toContain("probe_duration_seconds 0.010758");
  });

  it("writes each run's own values, labels and lines, whatever the run before had", () => {
    const metrics = new MetricsText(declared);
    const own = (verdict: "up" | "down") => [
      "probe_duration_seconds 0.0125",
      `probe_success ${verdict === "up" ? 1 : 0}`,
      "probe_timeout_seconds 5",
    ];
    const phase = (name: string, value: number) => sample("probe_a_seconds", value, { phase: name });

    const runs = [
      {
        samples: [phase("tls", 1), phase("connect", 2)],
        written: ['probe_a_seconds{phase="tls"} 1', 'probe_a_seconds{phase="connect"} 2'],
      },
      {
        samples: [phase("tls", 3), phase("connect", Number.NaN)],
        written: ['probe_a_seconds{phase="tls"} 3', 'probe_a_seconds{phase="connect"} NaN'],
      },
      {
        samples: [phase("connect", 5), phase("tls", 4)],
        written: ['probe_a_seconds{phase="connect"} 5', 'probe_a_seconds{phase="tls"} 4'],
      },
      { samples: [phase("tls", 4)], written: ['probe_a_seconds{phase="tls"} 4'] },
      { samples: [sample("probe_a_seconds", 6)], written: ["probe_a_seconds 6"] },
      { samples: [sample("probe_unknown", 6)], written: [] },
      { samples: [], written: [] },
    ];

    for (const { samples, written } of runs) {
      for (const verdict of ["up", "down"] as const) {
        expect(lines(metrics.write({ ...up, verdict, samples }, 5000))).toEqual([...written, ...own(verdict)]);
      }
    }
  });
});
