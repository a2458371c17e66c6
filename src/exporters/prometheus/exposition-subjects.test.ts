import { describe, expect, it } from "vitest";
import { checkOf, resultOf, stateOf } from "../../../test/support/samples/sample-checks.ts";
import { expositionOf, families, render, startMs, value } from "../../../test/support/worlds/exposition-world.ts";
import type { Finding } from "../../core/checks/finding.ts";
import type { Result } from "../../core/checks/result.ts";

/** A run that was not up. */
function failure(is: "down" | "unknown", reason: Finding["reason"]): Partial<Result> {
  const headline: Finding = { is, reason, detail: "told by the probe" };
  return { verdict: is, findings: [headline], headline };
}

describe("exporters/prometheus/exposition of checks", () => {
  it("labels each series of a check with check, tier, instance, env, location, service, its own and the sample's", async () => {
    const exposition = expositionOf();
    const check = checkOf({ id: "shop", service: "shop", labels: { team: "web" } });
    exposition.setChecks([check]);

    exposition.record(
      resultOf(check, { samples: [value("probe_http_status_code", 200, { hop: "1" })] }),
      stateOf(check),
    );

    const text = await render(exposition);
    expect(text).toContain(
      'probe_http_status_code{check="shop",tier="application",instance="http://shop.test/",env="test",location="default",service="shop",team="web",hop="1"} 200\n',
    );
    expect(text).toContain(
      "# HELP probe_http_status_code Help of probe_http_status_code.\n# TYPE probe_http_status_code gauge\n",
    );
  });

  it("shows success 1 and the duration when up, success 0 when down", async () => {
    const exposition = expositionOf();
    const up = checkOf({ id: "up" });
    const down = checkOf({ id: "down" });
    exposition.setChecks([up, down]);

    exposition.record(resultOf(up, { durationMs: 250 }));
    exposition.record(resultOf(down, { verdict: "down" }));

    const parsed = await families(exposition);
    const byCheck = (name: string) => parsed.get(name)?.samples.map(({ labels, value }) => [labels["check"], value]);
    expect(byCheck("probe_success")).toEqual([
      ["up", 1],
      ["down", 0],
    ]);
    expect(byCheck("probe_duration_seconds")).toEqual([
      ["up", 0.25],
      ["down", 0.012],
    ]);
  });

  it("takes the run's series away while a run is unknown and keeps the state and the time of the last run", async () => {
    const exposition = expositionOf();
    const check = checkOf({ id: "shop" });
    exposition.setChecks([check]);
    exposition.record(resultOf(check, { samples: [value("probe_http_status_code", 200)] }), stateOf(check));

    exposition.record(resultOf(check, { ...failure("unknown", "stall"), startedAtMs: startMs + 30_000 }));

    const parsed = await families(exposition, "text", startMs + 30_000);
    expect([...parsed.keys()]).toEqual([
      "watchfire_check_last_run_failure",
      "watchfire_check_last_run_timestamp_seconds",
      "watchfire_check_state",
    ]);
    expect(parsed.get("watchfire_check_last_run_timestamp_seconds")?.samples[0]?.value).toBe(startMs / 1000 + 30);
  });

  it("shows why a run was down or could not tell, by verdict and reason, until one is up or it is out of date", async () => {
    const exposition = expositionOf();
    const [shop, domain] = [checkOf({ id: "shop" }), checkOf({ id: "domain" })];
    exposition.setChecks([shop, domain]);
    const shown = async (nowMs = startMs) =>
      (await families(exposition, "text", nowMs)).get("watchfire_check_last_run_failure")?.samples ?? [];

    exposition.record(resultOf(shop, failure("down", "refused")));
    exposition.record(resultOf(domain, failure("unknown", "rate_limited")));
    const both = await shown();
    exposition.record(resultOf(shop));
    const one = await shown();
    const none = await shown(startMs + 3_600_000);

    expect(both.map(({ labels, value: is }) => [labels["check"], labels["verdict"], labels["reason"], is])).toEqual([
      ["shop", "down", "refused", 1],
      ["domain", "unknown", "rate_limited", 1],
    ]);
    expect(one.map(({ labels }) => labels["check"])).toEqual(["domain"]);
    expect(none).toEqual([]);
  });

  it("says unknown for a check that has not run, and degraded for up with flaws", async () => {
    const exposition = expositionOf();
    const [fresh, flawed] = [checkOf({ id: "fresh" }), checkOf({ id: "flawed" })];
    exposition.setChecks([fresh, flawed]);

    exposition.recordState(stateOf(flawed, { flaws: { expiring: "warning" } }));

    const parsed = await families(exposition);
    const current = parsed.get("watchfire_check_state")?.samples.filter(({ value }) => value === 1);
    expect(current?.map(({ labels }) => [labels["check"], labels["state"]])).toEqual([
      ["fresh", "unknown"],
      ["flawed", "degraded"],
    ]);
    expect(parsed.get("watchfire_check_flaw")?.samples[0]?.labels).toMatchObject({
      reason: "expiring",
      severity: "warning",
    });
  });

  it("takes a flaw's series away with the flaw and leaves the state alone when nothing changed", async () => {
    const exposition = expositionOf();
    const check = checkOf({ id: "shop" });
    exposition.setChecks([check]);
    exposition.recordState(stateOf(check, { flaws: { expiring: "warning", slow: "info" } }));

    exposition.record(resultOf(check), stateOf(check, { flaws: { slow: "warning" } }));
    const parsed = await families(exposition);
    exposition.record(resultOf(check), stateOf(check));
    const clean = await families(exposition);

    expect(
      parsed.get("watchfire_check_flaw")?.samples.map(({ labels }) => [labels["reason"], labels["severity"]]),
    ).toEqual([["slow", "warning"]]);
    expect(clean.has("watchfire_check_flaw")).toBe(false);
  });

  it("writes the new labels of a changed check at once, and its run's series after the next run", async () => {
    const exposition = expositionOf();
    const check = checkOf({ id: "shop", labels: { team: "web" } });
    exposition.setChecks([check]);
    exposition.record(resultOf(check), stateOf(check, { confirmed: "down" }));

    exposition.setChecks([{ ...check, labels: { team: "pay" } }]);

    const parsed = await families(exposition);
    expect(parsed.has("probe_success")).toBe(false);
    expect(parsed.get("watchfire_check_state")?.samples.map(({ labels }) => labels["team"])).toEqual(
      Array(4).fill("pay"),
    );
    expect(parsed.get("watchfire_check_state")?.samples.find(({ labels }) => labels["state"] === "down")?.value).toBe(
      1,
    );
    expect(parsed.has("watchfire_check_last_run_timestamp_seconds")).toBe(true);
  });

  it("forgets a check that left the config and passes over its late results", async () => {
    const exposition = expositionOf();
    const check = checkOf({ id: "shop" });
    exposition.setChecks([check]);
    exposition.setChecks([]);

    exposition.record(resultOf(check), stateOf(check));

    expect(await render(exposition)).toBe("");
    expect(exposition.seriesCount).toBe(0);
  });

  it.each([
    ["an interval", { kind: "every", everyMs: 30_000 } as const, 90_000],
    [
      "a cron expression seen once",
      { kind: "cron", expression: "0 2 * * *", timeZone: "UTC" } as const,
      2 * 86_400_000,
    ],
    ["arrivals without a schedule", { kind: "arrival", graceMs: 0 } as const, 2 * 86_400_000],
  ])("drops a run's series when it is out of date by %s", async (_, schedule, keptMs) => {
    const exposition = expositionOf();
    const check = checkOf({ id: "shop", schedule });
    exposition.setChecks([check]);
    exposition.record(resultOf(check));

    const before = await families(exposition, "text", startMs + keptMs - 1);
    const after = await families(exposition, "text", startMs + keptMs);

    expect(before.has("probe_success")).toBe(true);
    expect(after.has("probe_success")).toBe(false);
    expect(after.has("watchfire_check_state")).toBe(true);
    expect(after.has("watchfire_check_last_run_timestamp_seconds")).toBe(true);
  });

  it("drops a cron check's series after three of its periods", async () => {
    const exposition = expositionOf();
    const check = checkOf({ id: "shop", schedule: { kind: "cron", expression: "*/5 * * * *", timeZone: "UTC" } });
    exposition.setChecks([check]);
    exposition.record(resultOf(check));
    exposition.record(resultOf(check, { startedAtMs: startMs + 300_000 }));

    expect((await families(exposition, "text", startMs + 300_000 + 899_999)).has("probe_success")).toBe(true);
    expect((await families(exposition, "text", startMs + 300_000 + 900_000)).has("probe_success")).toBe(false);
  });

  it("tells two targets apart whose shown addresses are the same", async () => {
    const exposition = expositionOf();
    const target = { address: "http://shop.test/?page=1", display: "http://shop.test/", labels: {} };
    const check = checkOf({
      id: "shop",
      targets: [
        { ...target, id: "aaaaaaaaaaaa" },
        { ...target, id: "bbbbbbbbbbbb" },
      ],
    });
    exposition.setChecks([check]);

    for (const { id } of check.targets) exposition.record(resultOf(check, { target: id }));

    const instances = (await families(exposition))
      .get("probe_success")
      ?.samples.map(({ labels }) => labels["instance"]);
    expect(instances).toEqual(["http://shop.test/#aaaaaaaa", "http://shop.test/#bbbbbbbb"]);
  });
});
