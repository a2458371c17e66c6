import { bios, cpu, diskLayout, memLayout, networkInterfaces, osInfo, system } from "systeminformation";
import type { Clock } from "../../core/ports/clock.ts";
import { type Inventory, type InventoryPart, inventoryParts } from "../../core/ports/inventory.ts";
import { factsFrom } from "./inventory-facts.ts";

const callLimitMs = 7500;

/** How each question is asked. */
export type InventoryCalls = Readonly<Record<InventoryPart, () => Promise<unknown>>>;

// No call takes an argument: the library puts its arguments into shell commands.
const libraryCalls: InventoryCalls = {
  machine: () => system(),
  bios: () => bios(),
  cpu: () => cpu(),
  memoryModules: () => memLayout(),
  disks: () => diskLayout(),
  operatingSystem: () => osInfo(),
  interfaces: () => networkInterfaces(),
};

/**
 * Asks the machine for its static facts, seven and a half seconds a question. The library runs commands and blocks its thread, so this belongs into
 * a process of its own.
 */
export async function readInventory(clock: Clock, calls: InventoryCalls = libraryCalls): Promise<Inventory> {
  let inventory: Inventory = { unanswered: [] };
  for (const part of inventoryParts) {
    const facts = await answered(clock, async () => factsFrom(part, await calls[part]()));
    inventory =
      facts === undefined ? { ...inventory, unanswered: [...inventory.unanswered, part] } : { ...inventory, ...facts };
  }
  return inventory;
}

async function answered<T>(clock: Clock, ask: () => Promise<T>): Promise<T | undefined> {
  const settled = new AbortController();
  try {
    return await Promise.race([ask(), clock.sleep(callLimitMs, settled.signal).then(() => undefined)]);
  } catch {
    // The library throws where a command writes what it did not expect; that is as good as no answer.
    return undefined;
  } finally {
    settled.abort();
  }
}
