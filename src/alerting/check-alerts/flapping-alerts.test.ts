import { describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, checkOf, downFinding } from "../../../test/support/worlds/alerting-world.ts";

const hasty = checkOf("shop", { failureThreshold: 1, retryIntervalMs: 15_000 });
const patient = checkOf("shop", { failureThreshold: 3 });
const route = {
  receiver: "ops",
  group_by: ["alertname"],
  group_wait: "0s",
  group_interval: "1s",
  repeat_interval: "4h",
};

function worldOf(check = hasty): AlertingWorld {
  return new AlertingWorld(alertingConfigOf([check], { route }));
}

function change(world: AlertingWorld, check: typeof hasty, times: number): void {
  for (let time = 0; time < times; time += 1) {
    world.run(check, downFinding);
    world.advance(15_000);
    world.run(check);
    world.advance(15_000);
  }
}

function firing(world: AlertingWorld): string[] {
  return world.engine
    .snapshot()
    .alerts.filter((alert) => alert.status === "firing")
    .map(({ labels }) => `${labels["alertname"]} ${labels["severity"]}`)
    .sort();
}

describe("alerting/check-alerts, flapping", () => {
  it("says once that it flaps and once that it does not any more, and nothing in between", () => {
    const world = worldOf();
    change(world, hasty, 4);
    const told = world.told.length;
    expect(firing(world)).toEqual(["CheckDown critical", "CheckFlapping warning"]);

    change(world, hasty, 20);
    expect(world.told).toHaveLength(told);
    world.calm(hasty);
    world.advance(15_000);

    expect(firing(world)).toEqual([]);
    expect(world.told.slice(told)).toEqual(["ops: all alerts resolved 0/1", "ops: all alerts resolved 0/1"]);
  });

  it("keeps the incident of the outage open through all of it, over a restart, too", () => {
    const world = worldOf();
    change(world, hasty, 4);
    const before = world.engine.snapshot().incidents.map(({ id }) => id);

    world.restart();
    change(world, hasty, 5);

    expect(world.engine.snapshot().incidents.map(({ id }) => id)).toEqual(before);
    expect(firing(world)).toEqual(["CheckDown critical", "CheckFlapping warning"]);
  });

  it("does not hide an outage that is confirmed for the first time while it flaps", () => {
    const world = worldOf(patient);
    change(world, patient, 5);
    expect(firing(world)).toEqual(["CheckFlapping warning"]);

    world.fail(patient);
    expect(firing(world)).toEqual(["CheckDown critical", "CheckFlapping warning"]);
    world.run(patient);
    expect(firing(world)).toEqual(["CheckDown critical", "CheckFlapping warning"]);
  });

  it("leaves the outage firing when the target stays down", () => {
    const world = worldOf();
    change(world, hasty, 5);

    for (let run = 0; run < 20; run += 1) world.run(hasty, downFinding);
    world.advance(15_000);

    expect(firing(world)).toEqual(["CheckDown critical"]);
    expect(world.told.filter((line) => line.includes("fired again"))).toEqual([]);
  });

  it("records what it keeps back on the trail of the outage's alert", () => {
    const world = worldOf();
    change(world, hasty, 6);

    const down = world.engine.snapshot().alerts.find(({ labels }) => labels["alertname"] === "CheckDown");
    const muted = world.decisions.filter(({ stage }) => stage === "flapping");

    expect(new Set(muted.map(({ because }) => because))).toEqual(
      new Set([
        "up while it flaps: its alert goes on until it stays up",
        "down again while it flaps: its alert was not ended",
      ]),
    );
    expect(muted.every(({ subject, outcome }) => subject === down?.fingerprint && outcome === "mute")).toBe(true);
  });

  it("tells every change where flap detection is off", () => {
    const open = { ...hasty, flapDetection: false as const };
    const world = worldOf(open);

    change(world, open, 6);

    expect(world.told).toHaveLength(12);
    expect(firing(world)).toEqual([]);
  });

  it("ends the alert of the flapping when flap detection is switched off", () => {
    const world = worldOf();
    change(world, hasty, 5);

    world.reload(alertingConfigOf([{ ...hasty, flapDetection: false }], { route }));

    expect(firing(world)).toEqual([]);
  });
});
