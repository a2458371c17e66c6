import type { DiskFacts, InterfaceFacts, Inventory, InventoryPart, MemoryModule } from "../../core/ports/inventory.ts";

const longestText = 200;
const mostItems = 256;
// What firmware and the library write where nobody filled the field in.
const unfilled =
  /^(?:|-+|unknown|none|n\/?a|other|computer|not (?:specified|available|applicable)|default string|o\.?e\.?m\.?|to be filled by o\.?e\.?m\.?|system (?:manufacturer|product name|version))$/i;
const unsafe = /[\p{C}\u2028\u2029]+/gu;

type Facts = Omit<Inventory, "unanswered">;
type Told<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Makes facts of what the library answered to one question, whatever it is; an absent fact was not told. */
export function factsFrom(part: InventoryPart, answer: unknown): Facts {
  switch (part) {
    case "machine":
      return only("machine", machineFrom(answer));
    case "bios":
      return only("bios", biosFrom(answer));
    case "cpu":
      return only("cpu", cpuFrom(answer));
    case "memoryModules":
      return only("memoryModules", memoryModulesFrom(answer));
    case "disks":
      return only("disks", disksFrom(answer));
    case "operatingSystem":
      return only("operatingSystem", operatingSystemFrom(answer));
    case "interfaces":
      return only("interfaces", interfacesFrom(answer));
  }
}

function machineFrom(answer: unknown): Facts["machine"] {
  const isVirtual = field(answer, "virtual");
  return told({
    manufacturer: text(answer, "manufacturer"),
    model: text(answer, "model"),
    isVirtual: typeof isVirtual === "boolean" ? isVirtual : undefined,
    virtualHost: text(answer, "virtualHost"),
  });
}

function biosFrom(answer: unknown): Facts["bios"] {
  return told({
    vendor: text(answer, "vendor"),
    version: text(answer, "version"),
    releaseDate: text(answer, "releaseDate"),
  });
}

function cpuFrom(answer: unknown): Facts["cpu"] {
  return told({
    manufacturer: text(answer, "manufacturer"),
    brand: text(answer, "brand"),
    cores: positive(answer, "cores"),
    physicalCores: positive(answer, "physicalCores"),
    speedGhz: positive(answer, "speed"),
  });
}

function operatingSystemFrom(answer: unknown): Facts["operatingSystem"] {
  return told({
    hostname: text(answer, "hostname"),
    platform: text(answer, "platform"),
    distro: text(answer, "distro"),
    release: text(answer, "release"),
    kernel: text(answer, "kernel"),
    arch: text(answer, "arch"),
  });
}

function memoryModulesFrom(answer: unknown): readonly MemoryModule[] {
  const modules = itemsOf(answer).flatMap((item) => {
    const sizeBytes = positive(item, "size");
    const [bank, type, manufacturer] = [text(item, "bank"), text(item, "type"), text(item, "manufacturer")];
    // Where nothing is known of the modules, the library makes one up that has the size of all memory.
    const isMadeUp = (bank ?? type ?? manufacturer ?? text(item, "formFactor")) === undefined;
    if (sizeBytes === undefined || isMadeUp) return [];
    return [{ bank, sizeBytes, ...told({ type, manufacturer }) }];
  });
  const taken = new Set<string>();
  return modules.map(({ bank, ...rest }) => ({ slot: freeName(bank ?? "module", taken), ...rest }));
}

function disksFrom(answer: unknown): readonly DiskFacts[] {
  const disks = new Map<string, DiskFacts>();
  for (const item of itemsOf(answer)) {
    const device = text(item, "device")?.replace(/^\/dev\//, "");
    if (device === undefined || device === "" || disks.has(device)) continue;
    const facts = told({
      type: text(item, "type"),
      vendor: text(item, "vendor"),
      model: text(item, "name"),
      sizeBytes: positive(item, "size"),
    });
    disks.set(device, { device, ...facts });
  }
  return [...disks.values()];
}

function interfacesFrom(answer: unknown): readonly InterfaceFacts[] {
  const interfaces = new Map<string, InterfaceFacts>();
  for (const item of itemsOf(answer)) {
    const device = text(item, "iface");
    if (device === undefined || field(item, "internal") === true || interfaces.has(device)) continue;
    const isVirtual = field(item, "virtual");
    const facts = told({ type: text(item, "type"), isVirtual: typeof isVirtual === "boolean" ? isVirtual : undefined });
    interfaces.set(device, { device, ...facts });
  }
  return [...interfaces.values()];
}

/** Boards call several slots by the same name, and two series may not have the same labels. */
function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted} #${count}`;
  taken.add(name);
  return name;
}

function itemsOf(answer: unknown): readonly unknown[] {
  return Array.isArray(answer) ? answer.slice(0, mostItems) : [];
}

function field(answer: unknown, name: string): unknown {
  if (typeof answer !== "object" || answer === null || !Object.hasOwn(answer, name)) return undefined;
  return (answer as Readonly<Record<string, unknown>>)[name];
}

function text(answer: unknown, name: string): string | undefined {
  const value = field(answer, name);
  if (typeof value !== "string") return undefined;
  const clean = value
    .toWellFormed()
    .slice(0, 4 * longestText)
    .replace(unsafe, " ")
    .trim();
  const cut = clean
    .slice(0, longestText)
    .replace(/[\ud800-\udbff]$/, "")
    .trim();
  return unfilled.test(cut) ? undefined : cut;
}

function positive(answer: unknown, name: string): number | undefined {
  const value = field(answer, name);
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined;
}

function told<T extends Readonly<Record<string, unknown>>>(fields: T): Told<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Told<T>;
}

/** A part of which nothing was told is not there. */
function only<K extends keyof Facts>(part: K, facts: Facts[K]): Facts {
  return facts === undefined || Object.keys(facts).length === 0 ? {} : { [part]: facts };
}
