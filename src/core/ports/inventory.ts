import type { EpochMs } from "../time/time.ts";

/** What is asked of the machine, one question after the other. */
export const inventoryParts = [
  "machine",
  "bios",
  "cpu",
  "memoryModules",
  "disks",
  "operatingSystem",
  "interfaces",
] as const;
export type InventoryPart = (typeof inventoryParts)[number];

/** One module of memory. */
export type MemoryModule = Readonly<{
  /** Unique on the machine. */
  slot: string;
  sizeBytes: number;
  type?: string;
  manufacturer?: string;
}>;

/** One physical disk. */
export type DiskFacts = Readonly<{
  /** As the system names it, without `/dev/`; unique on the machine. */
  device: string;
  /** SSD, HD or NVMe. */
  type?: string;
  vendor?: string;
  model?: string;
  sizeBytes?: number;
}>;

/** One network interface but the loopback; addresses are left out. */
export type InterfaceFacts = Readonly<{
  /** As the system names it; unique on the machine. */
  device: string;
  /** Wired or wireless. */
  type?: string;
  isVirtual?: boolean;
}>;

/**
 * Facts of the machine that change with its hardware or its system only. What the system did not tell is absent; no text holds control
 * characters or more than 200 characters. Serial numbers are never part of it: they name one thing that somebody owns.
 */
export type Inventory = Readonly<{
  machine?: Readonly<{ manufacturer?: string; model?: string; isVirtual?: boolean; virtualHost?: string }>;
  bios?: Readonly<{ vendor?: string; version?: string; releaseDate?: string }>;
  cpu?: Readonly<{ manufacturer?: string; brand?: string; cores?: number; physicalCores?: number; speedGhz?: number }>;
  memoryModules?: readonly MemoryModule[];
  disks?: readonly DiskFacts[];
  operatingSystem?: Readonly<{
    hostname?: string;
    platform?: string;
    distro?: string;
    release?: string;
    kernel?: string;
    arch?: string;
  }>;
  interfaces?: readonly InterfaceFacts[];
  /** Questions that failed or were not answered in time. */
  unanswered: readonly InventoryPart[];
}>;

/** How one reading of the inventory ended; `stopped` when it was called off. */
export type InventoryRead =
  | Readonly<{ ok: true; inventory: Inventory }>
  | Readonly<{ ok: false; reason: "timeout" | "ended" | "stopped"; detail: string }>;

export interface InventorySource {
  /** Asks the machine, which takes seconds and runs commands; never throws for an expected failure. */
  read(signal: AbortSignal): Promise<InventoryRead>;
}

/** The newest inventory that was told, and the failure of a later reading; both absent until the first one has ended. */
export type InventoryState = Readonly<{
  told?: Readonly<{ atMs: EpochMs; inventory: Inventory }>;
  failed?: Readonly<{ atMs: EpochMs; reason: "timeout" | "ended"; detail: string }>;
}>;
