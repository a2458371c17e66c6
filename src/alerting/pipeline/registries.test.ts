import { describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, checkOf } from "../../../test/support/worlds/alerting-world.ts";
import type { Finding } from "../../core/checks/finding.ts";

const hourMs = 3_600_000;
const lost: Finding = { is: "unknown", reason: "timeout", detail: "the registry did not answer" };
const noUplink: Finding = { is: "unknown", reason: "uplink", detail: "no canary answers" };
const domains = ["a", "b", "c", "d"].map((id) => checkOf(id, { probe: "domain", blindAfterMs: 36 * hourMs }));
const [first = checkOf("a")] = domains;
const shop = checkOf("shop");

function worldOf(checks = domains): AlertingWorld {
  return new AlertingWorld(
    alertingConfigOf([...checks, shop], {
      route: { receiver: "ops", group_wait: "0s", group_by: ["alertname", "check"] },
    }),
  );
}

/** Every domain is looked up every twelve hours, and none of it succeeds. */
function lookUp(world: AlertingWorld, hours: number, finding: Finding = lost, checks = domains): void {
  for (let hour = 0; hour <= hours; hour += 12) {
    for (const check of checks) {
      world.run(check, finding);
      world.advance(1000);
    }
    world.advance(12 * hourMs - checks.length * 1000);
  }
}

/** What was told, each once. */
function told(world: AlertingWorld): readonly string[] {
  const texts = world.outbox.map(({ notification: { intent, alerts } }) => {
    const { alertname, component, check } = alerts[0]?.labels ?? {};
    return `${intent} ${alertname} ${component ?? check}`;
  });
  return [...new Set(texts)].toSorted();
}

describe("alerting/pipeline/registries", () => {
  it("tells once that no domain could ever be looked up, over restarts, and not each domain", () => {
    const world = worldOf();
    lookUp(world, 36);
    world.restart();
    lookUp(world, 36);
    world.advance(hourMs);

    expect(told(world)).toEqual(["firing WatchfireTrouble registries"]);
    expect(world.outbox[0]?.notification.alerts[0]?.annotations["detail"]).toMatch(
      /none of 4 domains .* domain: false/,
    );
  });

  it("ends with the first domain that is looked up, and gives the others their time", () => {
    const world = worldOf();
    lookUp(world, 36);
    world.run(first);
    world.advance(12 * hourMs);
    const before = told(world).filter((each) => !each.endsWith("registries"));
    lookUp(world, 36, lost, domains.slice(1));

    expect(told(world)).toContain("resolved WatchfireTrouble registries");
    expect(before).toEqual([]);
    expect(told(world).filter((each) => !each.endsWith("registries"))).toEqual([
      "firing CheckBlind b",
      "firing CheckBlind c",
      "firing CheckBlind d",
    ]);
  });

  it.each<[string, typeof domains, Finding, readonly string[]]>([
    ["two domains", domains.slice(0, 2), lost, ["firing CheckBlind a", "firing CheckBlind b"]],
    ["a lost uplink, which is told of its own", domains, noUplink, []],
  ])("says nothing of the kind of %s", (_what, checks, finding, expected) => {
    const world = worldOf(checks);
    lookUp(world, 36, finding, checks);

    expect(told(world)).toEqual(expected);
  });

  it("tells one by one where some domain was looked up before", () => {
    const world = worldOf();
    world.run(first);
    lookUp(world, 36);

    expect(told(world)).toEqual(["a", "b", "c", "d"].map((id) => `firing CheckBlind ${id}`));
  });

  it("tells one by one what a reload leaves of them", () => {
    const world = worldOf();
    lookUp(world, 36);
    world.reload(
      alertingConfigOf([...domains.slice(0, 2), shop], {
        route: { receiver: "ops", group_wait: "0s", group_by: ["alertname", "check"] },
      }),
    );
    world.advance(hourMs);

    expect(told(world)).toEqual(
      expect.arrayContaining(["resolved WatchfireTrouble registries", "firing CheckBlind a", "firing CheckBlind b"]),
    );
  });
});
