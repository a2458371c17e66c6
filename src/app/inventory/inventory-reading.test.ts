import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { sampleInventory } from "../../../test/support/samples/sample-inventory.ts";
import type { Inventory, InventoryRead } from "../../core/ports/inventory.ts";
import { systemClock } from "../../platform/clock.ts";
import { InventoryReading } from "./inventory-reading.ts";

const hourMs = 3_600_000;
const timeout: InventoryRead = { ok: false, reason: "timeout", detail: "no answer within 60 s" };

function readingOf(...answers: readonly (InventoryRead | "hangs")[]) {
  const clock = new FakeClock();
  const startMs = clock.now();
  const told: Inventory[] = [];
  const logged: string[] = [];
  const readAtHours: number[] = [];
  const log = (event: string, fields?: object): void => void logged.push(`${event} ${JSON.stringify(fields ?? {})}`);
  const reading = new InventoryReading({
    clock,
    log: { debug: () => {}, info: log, warn: log, error: log },
    onTold: (inventory) => told.push(inventory),
    source: {
      read(signal) {
        const answer = answers[readAtHours.length] ?? timeout;
        readAtHours.push(Math.round((clock.now() - startMs) / hourMs));
        if (answer !== "hangs") return Promise.resolve(answer);
        return new Promise((resolve) => {
          signal.addEventListener("abort", () => resolve({ ok: false, reason: "stopped", detail: "called off" }));
        });
      },
    },
  });
  return { clock, startMs, reading, told, logged, readAtHours };
}

describe("app/inventory/inventory-reading", () => {
  it("reads at the start and once a day", async () => {
    const later = { ...sampleInventory, bios: { version: "1.17" } };
    const { clock, reading, told, logged, readAtHours } = readingOf(
      { ok: true, inventory: sampleInventory },
      { ok: true, inventory: later },
      "hangs",
    );

    reading.start();
    await clock.advance(49 * hourMs);

    expect(readAtHours).toEqual([0, 24, 48]);
    expect(told).toEqual([sampleInventory, later]);
    expect(reading.state.told?.inventory).toEqual(later);
    expect(logged).toEqual([]);
    await reading.stop();
  });

  it("tries again an hour after a failure, says so, and keeps what was told", async () => {
    const { clock, startMs, reading, told, logged, readAtHours } = readingOf(
      timeout,
      { ok: true, inventory: sampleInventory },
      timeout,
      { ok: true, inventory: sampleInventory },
    );

    reading.start();
    await clock.advance(hourMs / 2);
    expect(reading.state).toEqual({
      failed: { atMs: startMs + 5, reason: "timeout", detail: "no answer within 60 s" },
    });
    expect(told).toEqual([]);
    await clock.advance(25 * hourMs);
    expect(reading.state).toMatchObject({ told: { inventory: sampleInventory }, failed: { reason: "timeout" } });
    await clock.advance(hourMs);

    expect(reading.state.failed).toBeUndefined();
    expect(readAtHours).toEqual([0, 1, 25, 26]);
    expect(logged).toEqual(
      Array(2).fill('inventory_failed {"reason":"timeout","error.message":"no answer within 60 s"}'),
    );
    await reading.stop();
  });

  it("calls a reading off when it is stopped, and reads no more", async () => {
    const { clock, reading, logged, readAtHours } = readingOf("hangs");
    reading.start();
    await clock.advance(1000);

    await reading.stop();
    await clock.advance(48 * hourMs);

    expect(readAtHours).toEqual([0]);
    expect(reading.state).toEqual({});
    expect(logged).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("asks this machine in a process that ends", async () => {
    const quiet = () => {};
    const inventory = await new Promise<Inventory>((onTold, reject) => {
      const log = { debug: quiet, info: quiet, warn: (event: string) => reject(new Error(event)), error: quiet };
      const reading = new InventoryReading({ clock: systemClock, log, onTold: (told) => onTold(told) });
      reading.start();
    });

    expect(inventory.operatingSystem?.hostname).toBe(hostname());
    expect(inventory.cpu?.cores).toBeGreaterThan(0);
    expect(JSON.stringify(inventory)).not.toMatch(/serial|uuid/i);
    await expect
      .poll(() => process.getActiveResourcesInfo().filter((kind) => kind === "ProcessWrap"), { timeout: 10_000 })
      .toEqual([]);
  });
});
