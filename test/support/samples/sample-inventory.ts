import type { Inventory } from "../../../src/core/ports/inventory.ts";

/** A machine of which every fact is told. */
export const sampleInventory: Inventory = {
  machine: { manufacturer: "QEMU", model: "Standard PC", isVirtual: true, virtualHost: "KVM" },
  bios: { vendor: "SeaBIOS", version: "1.16.3", releaseDate: "2014-04-01" },
  cpu: { manufacturer: "AMD", brand: "EPYC", cores: 4, physicalCores: 2, speedGhz: 2.45 },
  memoryModules: [
    { slot: "BANK 0", sizeBytes: 2 ** 33, type: "DDR4", manufacturer: "Samsung" },
    { slot: "BANK 1", sizeBytes: 2 ** 33, type: "DDR4", manufacturer: "Samsung" },
  ],
  disks: [{ device: "sda", type: "SSD", vendor: "Intel", model: "SSDSC2KB48", sizeBytes: 480e9 }],
  interfaces: [{ device: "eth0", type: "wired", isVirtual: false }],
  operatingSystem: {
    hostname: "watch-1",
    platform: "linux",
    distro: "Debian GNU/Linux",
    release: "12",
    kernel: "6.1.0-40-amd64",
    arch: "x64",
  },
  unanswered: [],
};
