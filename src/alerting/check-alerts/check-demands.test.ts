import { describe, expect, it } from "vitest";
import { checkOf } from "../../../test/support/worlds/alerting-world.ts";
import type { CheckState } from "../../core/checks/check-state.ts";
import type { Service } from "../../core/service.ts";
import { initialCheckState } from "../check-state/check-state-machine.ts";
import { type CheckSubject, checkDemands } from "./check-demands.ts";

const check = checkOf("shop", {
  service: "shop",
  labels: { team: "web" },
  targets: [{ id: "t", address: "http://u:p@shop/?k=1", display: "http://shop/", labels: { node: "1" } }],
});
const [target] = check.targets;
if (target === undefined) throw new Error("no target");
const service: Service = {
  id: "shop",
  title: "商城",
  hosts: [],
  needs: [],
  owner: "web",
  runbook: "https://wiki/shop",
  links: { logs: "https://kibana/?from={from}&to={to}" },
};
const subject: CheckSubject = { check, target, service };
const startMs = Date.UTC(2026, 0, 1, 12);
const state: CheckState = {
  ...initialCheckState({ check: "shop", target: "t", location: "shanghai" }, startMs),
  lastSlotMs: startMs,
};

describe("alerting/check-alerts", () => {
  it("wants nothing while all is well or not yet known", () => {
    expect(checkDemands(subject, state, startMs)).toEqual([]);
    expect(checkDemands(subject, { ...state, confirmed: "up" }, startMs)).toEqual([]);
  });

  it("says what is down in labels and words, and nothing of location and secrets", () => {
    const down: CheckState = { ...state, confirmed: "down", headline: { reason: "status", detail: "502" } };

    const [demand] = checkDemands(subject, down, startMs);

    expect(demand?.labels).toEqual({
      alertname: "CheckDown",
      check: "shop",
      env: "production",
      instance: "http://shop/",
      node: "1",
      service: "shop",
      severity: "critical",
      team: "web",
      tier: "application",
    });
    expect(demand?.annotations).toEqual({
      title: "Check shop",
      summary: "Check shop is down: http://shop/",
      reason: "status",
      detail: "502",
      service_title: "商城",
      owner: "web",
      runbook: "https://wiki/shop",
      link_logs: "https://kibana/?from=2026-01-01T11%3A45%3A00.000Z&to=2026-01-01T13%3A00%3A00.000Z",
    });
    expect(demand?.because).toBe("3 runs in a row found the target down");
  });

  it("wants one alert per flaw beside the outage", () => {
    const flawed: CheckState = { ...state, confirmed: "down", flaws: { slow: "warning", expiring: "info" } };

    const demands = checkDemands({ check, target }, flawed, startMs);

    expect(demands.map(({ labels }) => [labels["alertname"], labels["reason"], labels["severity"]])).toEqual([
      ["CheckDown", undefined, "critical"],
      ["CheckFlaw", "slow", "warning"],
      ["CheckFlaw", "expiring", "info"],
    ]);
    expect(demands[0]?.annotations).not.toHaveProperty("runbook");
  });

  it("wants a warning once blindness has lasted, without words of an outage before it", () => {
    const blind: CheckState = { ...state, blindSinceMs: startMs, headline: { reason: "stall", detail: "stalled" } };
    const once = { check: { ...check, failureThreshold: 1 }, target };

    expect(checkDemands(subject, blind, startMs + 899_999)).toEqual([]);
    expect(checkDemands(subject, blind, startMs + 900_000)).toMatchObject([
      { labels: { alertname: "CheckBlind", severity: "warning" }, annotations: { reason: "stall", detail: "stalled" } },
    ]);
    const [down, alsoBlind] = checkDemands(once, { ...blind, confirmed: "down" }, startMs + 900_000);
    expect(down?.because).toBe("1 run found the target down");
    expect(alsoBlind?.annotations).not.toHaveProperty("detail");
  });
});
