import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { type InventoryCalls, readInventory } from "./inventory.ts";

const calls: InventoryCalls = {
  machine: async () => ({ manufacturer: "QEMU", virtual: true }),
  bios: async () => ({ vendor: "SeaBIOS" }),
  cpu: async () => ({ brand: "EPYC", cores: 2 }),
  memoryModules: async () => [],
  disks: async () => [{ device: "/dev/sda", size: 100 }],
  operatingSystem: async () => ({ hostname: "watch-1" }),
  interfaces: async () => [{ iface: "eth0", type: "wired" }],
};

describe("platform/processes/inventory", () => {
  it("puts the answers to all questions together", async () => {
    expect(await readInventory(new FakeClock(), calls)).toEqual({
      machine: { manufacturer: "QEMU", isVirtual: true },
      bios: { vendor: "SeaBIOS" },
      cpu: { brand: "EPYC", cores: 2 },
      disks: [{ device: "sda", sizeBytes: 100 }],
      operatingSystem: { hostname: "watch-1" },
      interfaces: [{ device: "eth0", type: "wired" }],
      unanswered: [],
    });
  });

  it("goes on after a question that hangs or fails, and says which", async () => {
    const clock = new FakeClock();
    const hostile = {
      get device(): string {
        throw new Error("a getter of a polluted prototype");
      },
    };
    const reading = readInventory(clock, {
      ...calls,
      machine: () => new Promise(() => {}),
      bios: () => Promise.reject(new TypeError("stdout is null")),
      cpu() {
        throw new Error("not on this system");
      },
      disks: async () => [hostile],
    });

    await clock.advance(7500);

    expect(await reading).toEqual({
      operatingSystem: { hostname: "watch-1" },
      interfaces: [{ device: "eth0", type: "wired" }],
      unanswered: ["machine", "bios", "cpu", "disks"],
    });
    expect(clock.pendingTimers).toBe(0);
  });

  it("takes less than a minute when no question is answered", async () => {
    const clock = new FakeClock();
    const never = () => new Promise(() => {});
    const reading = readInventory(clock, {
      machine: never,
      bios: never,
      cpu: never,
      memoryModules: never,
      disks: never,
      operatingSystem: never,
      interfaces: never,
    });

    await clock.advance(55_000);

    expect((await reading).unanswered).toHaveLength(7);
  });
});
