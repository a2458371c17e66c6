import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { sampleInventory } from "../../../test/support/samples/sample-inventory.ts";
import { InventoryMetrics } from "./inventory-metrics.ts";
import { renderRegistry } from "./registry-text.ts";

async function samplesOf(
  ...inventories: readonly Parameters<InventoryMetrics["set"]>[0][]
): Promise<readonly string[]> {
  const registry = new Registry();
  const metrics = new InventoryMetrics(registry);
  for (const inventory of inventories) metrics.set(inventory);
  const text = await renderRegistry(registry, "text");
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

describe("exporters/prometheus/inventory-metrics", () => {
  it("shows every fact of the machine", async () => {
    expect(await samplesOf(sampleInventory)).toEqual([
      'watchfire_host_bios_info{vendor="SeaBIOS",version="1.16.3",date="2014-04-01"} 1',
      'watchfire_host_cpu_info{manufacturer="AMD",brand="EPYC",cores="4",physical_cores="2",speed_ghz="2.45"} 1',
      'watchfire_host_disk_info{device="sda",type="SSD",vendor="Intel",model="SSDSC2KB48"} 1',
      'watchfire_host_disk_size_bytes{device="sda"} 480000000000',
      'watchfire_host_info{hostname="watch-1",platform="linux",distro="Debian GNU/Linux",release="12",kernel="6.1.0-40-amd64",arch="x64",virtual="true",manufacturer="QEMU",model="Standard PC"} 1',
      'watchfire_host_interface_info{device="eth0",type="wired",virtual="false"} 1',
      'watchfire_host_memory_module_bytes{slot="BANK 0",type="DDR4",manufacturer="Samsung"} 8589934592',
      'watchfire_host_memory_module_bytes{slot="BANK 1",type="DDR4",manufacturer="Samsung"} 8589934592',
    ]);
  });

  it("has no series before the first reading, and none of a part of which nothing was told", async () => {
    expect(await samplesOf()).toEqual([]);
    expect(await samplesOf({ unanswered: ["cpu"], disks: [{ device: "sda" }] })).toEqual([
      'watchfire_host_disk_info{device="sda"} 1',
    ]);
  });

  it("forgets a disk and a kernel that are gone", async () => {
    const { disks: _, ...rest } = sampleInventory;
    const operatingSystem = { kernel: "6.1.0-41-amd64" };

    const samples = await samplesOf(sampleInventory, { ...rest, operatingSystem });

    expect(samples.filter((line) => line.includes("disk"))).toEqual([]);
    expect(samples.filter((line) => line.startsWith("watchfire_host_info"))).toEqual([
      'watchfire_host_info{kernel="6.1.0-41-amd64",virtual="true",manufacturer="QEMU",model="Standard PC"} 1',
    ]);
  });

  it("keeps hostile texts inside their label", async () => {
    const samples = await samplesOf({ bios: { vendor: 'a"} 1\\' }, unanswered: [] });

    expect(samples).toEqual([String.raw`watchfire_host_bios_info{vendor="a\"} 1\\"} 1`]);
  });
});
