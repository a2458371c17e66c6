import { writeFileSync } from "node:fs";
import { Gauge, Registry } from "prom-client";
import type { Check } from "../src/core/checks/check.ts";
import { Exposition } from "../src/exporters/prometheus/exposition.ts";
import { yieldLoop } from "../src/platform/yield-loop.ts";
import { http } from "../src/probes/http/http.ts";
import { checkOf, resultOf, stateOf } from "../test/support/samples/sample-checks.ts";
import { serveOrders } from "./support/worker-process.ts";

/** Renders so often, a tenth of the subjects with a new result before each; the text of the last one goes to `writeTo`. */
export type MetricsOrder = Readonly<{
  by: "watchfire" | "prom-client";
  subjects: number;
  renders: number;
  writeTo?: string;
}>;

/** Times per render in ms; `blockMs` is the longest time in which nothing else could run. */
export type MetricsFigures = Readonly<{
  series: number;
  sizeBytes: number;
  updateMs: readonly number[];
  renderMs: readonly number[];
  blockMs: readonly number[];
}>;

const metrics = ["probe_http_status_code", "probe_http_content_length", "probe_dns_lookup_time_seconds"] as const;
/** With these the daemon's own families make ten series per subject. */
const seriesPerSubject = 10;

type Contender = Readonly<{
  series: number;
  update(subject: number, value: number): void;
  render(): Promise<Buffer>;
}>;

function watchfire(subjects: number): Contender {
  const exposition = new Exposition({ kinds: [http], seriesBudget: 1000 });
  const checks = Array.from({ length: subjects }, (_, index) => checkAt(index));
  exposition.setChecks(checks);
  const update = (subject: number, value: number): void => {
    const check = checks[subject];
    if (check === undefined) return;
    const samples = metrics.map((metric) => ({ metric, labels: {}, value }));
    exposition.record(resultOf(check, { samples, durationMs: value, startedAtMs: Date.now() }), stateOf(check));
  };
  for (let subject = 0; subject < subjects; subject += 1) update(subject, subject);
  return {
    series: exposition.seriesCount,
    update,
    async render() {
      const chunks: Buffer[] = [];
      for await (const chunk of exposition.render("text", Date.now(), yieldLoop)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
  };
}

function checkAt(index: number): Check {
  const address = `http://shop-${index}.test/`;
  return checkOf({
    id: `check-${index}`,
    service: "shop",
    targets: [{ id: "t1", address, display: address, labels: {} }],
  });
}

/** The same number of series with the same labels, as gauges. */
function promClient(subjects: number): Contender {
  const registry = new Registry();
  const labelNames = ["check", "tier", "instance", "env", "location", "service"];
  const gauges = Array.from(
    { length: seriesPerSubject },
    (_, index) => new Gauge({ name: `probe_metric_${index}`, help: "One of ten.", labelNames, registers: [registry] }),
  );
  const labelsOf = (index: number): Record<string, string> => {
    const instance = `http://shop-${index}.test/`;
    const rest = { tier: "application", env: "test", location: "default", service: "shop" };
    return { check: `check-${index}`, instance, ...rest };
  };
  const update = (subject: number, value: number): void => {
    for (const gauge of gauges) gauge.set(labelsOf(subject), value);
  };
  for (let subject = 0; subject < subjects; subject += 1) update(subject, subject);
  return {
    series: subjects * seriesPerSubject,
    update,
    render: async () => Buffer.from(await registry.metrics()),
  };
}

/** Longest gap between two turns of the event loop while `work` runs. */
async function longestBlock(work: () => Promise<void>): Promise<number> {
  let longestMs = 0;
  let lastMs = performance.now();
  let isOver = false;
  const look = (): void => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  await work();
  isOver = true;
  look();
  return longestMs;
}

async function measure({ by, subjects, renders, writeTo }: MetricsOrder): Promise<MetricsFigures> {
  const contender = by === "watchfire" ? watchfire(subjects) : promClient(subjects);
  const [updateMs, renderMs, blockMs]: [number[], number[], number[]] = [[], [], []];
  let text: Buffer = await contender.render();
  for (let round = 0; round < renders; round += 1) {
    const beganMs = performance.now();
    for (let subject = round % 10; subject < subjects; subject += 10) contender.update(subject, round + subject);
    updateMs.push(performance.now() - beganMs);
    let tookMs = 0;
    const block = await longestBlock(async () => {
      const fromMs = performance.now();
      text = await contender.render();
      tookMs = performance.now() - fromMs;
    });
    renderMs.push(tookMs);
    blockMs.push(block);
  }
  if (writeTo !== undefined) writeFileSync(writeTo, text);
  return { series: contender.series, sizeBytes: text.length, updateMs, renderMs, blockMs };
}

// Child of the metrics bench.
serveOrders<MetricsOrder, MetricsFigures>(measure);
