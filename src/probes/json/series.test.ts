import { afterEach, describe, expect, it } from "vitest";
import { type Site, serveSite } from "../../../test/support/servers/site-server.ts";
import { sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import { json } from "./json.ts";

type Options = Readonly<Record<string, unknown>>;

const sites: Site[] = [];
afterEach(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
});

async function probe(document: unknown, options: Options): Promise<Result> {
  const site = await serveSite({ "/": { type: "application/json", body: JSON.stringify(document) } });
  sites.push(site);
  return (await startNetworkRun(json, `http://127.0.0.1:${site.port}/`, options).outcome).result;
}

/** `is reason detail` of each finding; flaws with their severity. */
function told({ findings }: Result): readonly string[] {
  return findings.map(
    (finding) => `${finding.is === "flaw" ? finding.severity : finding.is} ${finding.reason} ${finding.detail}`,
  );
}

describe("probes/json with series", () => {
  const document = {
    queues: [
      { name: "mail", region: "华东", waiting: 7 },
      { name: "sms", waiting: "1200", paused: true },
      { name: "push", waiting: null },
    ],
    workers: { north: 3, south: 0 },
  };
  const waiting = {
    title: "Waiting",
    each: "$.queues[*]",
    labels: { queue: "$.name", region: "$.region" },
    value: "$.waiting",
  };

  it("makes series of elements, with labels out of them and by their names, and judges each", async () => {
    const result = await probe(document, {
      series: {
        waiting: { ...waiting, metric: "shop_waiting", above: { warning: 5, critical: 1000 } },
        workers: { each: "$.workers.*", key_label: "site", below: { down: 1 } },
      },
    });

    expect(told(result)).toEqual([
      'critical threshold Waiting {queue="sms"} is 1200, above 1000',
      'warning threshold Waiting {queue="mail",region="华东"} is 7, above 5',
      'down threshold workers {site="south"} is 0, below 1',
    ]);
    expect(result.samples.filter(({ metric }) => metric === "shop_waiting").map(({ labels }) => labels)).toEqual([
      { queue: "mail", region: "华东" },
      { queue: "sms" },
    ]);
    expect(sampleOf(result, "probe_json_series", { series: "workers", site: "north" })).toBe(3);
  });

  it.each<readonly [string, Options, string]>([
    ["no element", { each: "$.none[*]" }, "warning threshold s: no row holds a number"],
    ["no element as an outage", { each: "$.none[*]", missing: "down" }, "down threshold s: no row holds a number"],
    ["a text", { each: "$.queues[0].name" }, 'warning content_mismatch s: "mail" is no number'],
    [
      "the same labels twice",
      { each: "$.workers.*" },
      "warning content_mismatch s: several rows have the same labels; the first counts",
    ],
    [
      "more than are wanted",
      { each: "$.workers.*", key_label: "site" },
      "warning partial s: more than 1 rows; the rest was not read",
    ],
  ])("tells %s", async (_, series, wanted) => {
    const most = wanted.includes("partial") ? 1 : 200;

    expect(told(await probe(document, { series: { s: series }, max_series: most }))).toEqual([wanted]);
  });

  it("says nothing of elements that are not there where that is good", async () => {
    expect(told(await probe(document, { series: { s: { each: "$.none", missing: "ignore" } } }))).toEqual([]);
  });

  it("declares what it gives, and refuses labels of two sources and the probe's own", () => {
    const series = { s: { ...waiting, key_label: "place", metric: "shop_jobs_total" } };

    expect(json.metricsOf({ series }).at(-1)).toMatchObject({ type: "counter", labels: ["queue", "region", "place"] });
    for (const labels of [{ place: "$.a" }, { series: "$.a" }, { job: "$.a" }, { "1x": "$.a" }]) {
      expect(json.options.safeParse({ series: { s: { ...series.s, labels } } }).success).toBe(false);
    }
  });
});
