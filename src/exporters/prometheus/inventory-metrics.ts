import { Gauge, type Registry } from "prom-client";
import type { Inventory } from "../../core/ports/inventory.ts";

const hostLabels = ["hostname", "platform", "distro", "release", "kernel", "arch", "virtual", "manufacturer", "model"];
const cpuLabels = ["manufacturer", "brand", "cores", "physical_cores", "speed_ghz"];
const memoryLabels = ["slot", "type", "manufacturer"];
const diskLabels = ["device", "type", "vendor", "model"];

type Labels = Readonly<Record<string, string | number | boolean | undefined>>;

/** The static facts of the daemon's machine as series; a fact that was not told has no label, a part of which nothing was told no series. */
export class InventoryMetrics {
  readonly #host: Gauge;
  readonly #bios: Gauge;
  readonly #cpu: Gauge;
  readonly #memory: Gauge;
  readonly #disk: Gauge;
  readonly #diskSize: Gauge;
  readonly #interface: Gauge;

  constructor(registry: Registry) {
    const gauge = (name: string, help: string, labelNames: string[]) =>
      new Gauge({ name, help, labelNames, registers: [registry] });
    this.#host = gauge("watchfire_host_info", "The machine that the daemon runs on; always 1.", hostLabels);
    this.#bios = gauge("watchfire_host_bios_info", "The machine's firmware; always 1.", ["vendor", "version", "date"]);
    this.#cpu = gauge("watchfire_host_cpu_info", "The machine's processors; always 1.", cpuLabels);
    this.#memory = gauge("watchfire_host_memory_module_bytes", "Size of a memory module of the machine.", memoryLabels);
    this.#disk = gauge("watchfire_host_disk_info", "A physical disk of the machine; always 1.", diskLabels);
    this.#diskSize = gauge("watchfire_host_disk_size_bytes", "Size of a physical disk of the machine.", ["device"]);
    this.#interface = gauge("watchfire_host_interface_info", "A network interface of the machine; always 1.", [
      "device",
      "type",
      "virtual",
    ]);
  }

  /** Shows this inventory in place of the one before. */
  set(inventory: Inventory): void {
    const all = [this.#host, this.#bios, this.#cpu, this.#memory, this.#disk, this.#diskSize, this.#interface];
    for (const gauge of all) gauge.reset();
    this.#setMachine(inventory);
    for (const { sizeBytes, ...labels } of inventory.memoryModules ?? []) show(this.#memory, labels, sizeBytes);
    for (const { sizeBytes, ...labels } of inventory.disks ?? []) {
      show(this.#disk, labels, 1);
      if (sizeBytes !== undefined) show(this.#diskSize, { device: labels.device }, sizeBytes);
    }
    for (const { device, type, isVirtual } of inventory.interfaces ?? []) {
      show(this.#interface, { device, type, virtual: isVirtual }, 1);
    }
  }

  #setMachine({ operatingSystem, machine, bios, cpu }: Inventory): void {
    show(
      this.#host,
      { ...operatingSystem, virtual: machine?.isVirtual, manufacturer: machine?.manufacturer, model: machine?.model },
      1,
    );
    show(this.#bios, { vendor: bios?.vendor, version: bios?.version, date: bios?.releaseDate }, 1);
    show(
      this.#cpu,
      {
        manufacturer: cpu?.manufacturer,
        brand: cpu?.brand,
        cores: cpu?.cores,
        physical_cores: cpu?.physicalCores,
        speed_ghz: cpu?.speedGhz,
      },
      1,
    );
  }
}

/** Labels that are not told are left out, which means the same to Prometheus as empty ones; a series without any is not made. */
function show(gauge: Gauge, labels: Labels, value: number): void {
  const told = Object.entries(labels).flatMap(([name, text]) => (text === undefined ? [] : [[name, String(text)]]));
  if (told.length > 0) gauge.labels(Object.fromEntries(told) as Record<string, string>).set(value);
}
