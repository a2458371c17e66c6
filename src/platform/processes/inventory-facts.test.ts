import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inventoryParts } from "../../core/ports/inventory.ts";
import { factsFrom } from "./inventory-facts.ts";

describe("platform/processes/inventory-facts", () => {
  it("takes the facts of a machine, and no serial number", () => {
    const facts = factsFrom("machine", {
      manufacturer: "QEMU",
      model: "Standard PC (Q35 + ICH9, 2009)",
      version: "pc-q35-8.1",
      serial: "VMware-42 1d",
      uuid: "4c4c4544-0042",
      sku: "-",
      virtual: true,
      virtualHost: "KVM",
    });

    expect(facts).toEqual({
      machine: {
        manufacturer: "QEMU",
        model: "Standard PC (Q35 + ICH9, 2009)",
        isVirtual: true,
        virtualHost: "KVM",
      },
    });
  });

  it("takes what lscpu told, and no speed where there is none", () => {
    const answer = {
      manufacturer: "AMD",
      brand: "EPYC",
      speed: 0,
      speedMax: 0,
      cores: 2,
      physicalCores: 2,
      flags: "fpu",
    };

    expect(factsFrom("cpu", answer)).toEqual({
      cpu: { manufacturer: "AMD", brand: "EPYC", cores: 2, physicalCores: 2 },
    });
    expect(factsFrom("cpu", { ...answer, speed: 2.45 }).cpu?.speedGhz).toBe(2.45);
  });

  it("takes the facts of the system", () => {
    const answer = {
      platform: "linux",
      distro: "Debian GNU/Linux",
      release: "12",
      codename: "bookworm",
      kernel: "6.1.0-40-amd64",
      arch: "x64",
      hostname: "watch-1",
      fqdn: "watch-1.example.com",
      serial: "0123456789abcdef0123456789abcdef",
      uefi: false,
    };

    expect(factsFrom("operatingSystem", answer)).toEqual({
      operatingSystem: {
        platform: "linux",
        distro: "Debian GNU/Linux",
        release: "12",
        kernel: "6.1.0-40-amd64",
        arch: "x64",
        hostname: "watch-1",
      },
    });
  });

  it("leaves empty slots out and tells slots of one name apart", () => {
    const module = { size: 2 ** 33, bank: "BANK 0", type: "DDR4", formFactor: "DIMM", manufacturer: "Samsung" };
    const answer = [
      { ...module, serialNum: "3A1B" },
      module,
      { ...module, size: 0, type: "Empty", manufacturer: "" },
      { ...module, bank: "Not Specified", manufacturer: undefined },
    ];

    expect(factsFrom("memoryModules", answer).memoryModules).toEqual([
      { slot: "BANK 0", sizeBytes: 2 ** 33, type: "DDR4", manufacturer: "Samsung" },
      { slot: "BANK 0 #2", sizeBytes: 2 ** 33, type: "DDR4", manufacturer: "Samsung" },
      { slot: "module", sizeBytes: 2 ** 33, type: "DDR4" },
    ]);
  });

  it("does not believe the module that stands for all memory where nothing is known", () => {
    const answer = [
      { size: 25_276_510_208, bank: "", type: "", ecc: null, clockSpeed: 0, formFactor: "", partNum: "" },
    ];

    expect(factsFrom("memoryModules", answer)).toEqual({});
  });

  it("names disks as the kernel does, each once", () => {
    const disk = {
      device: "/dev/nvme0n1",
      type: "NVMe",
      name: "SAMSUNG MZVL21T0 ",
      vendor: "Samsung",
      size: 1_024_209_543_168,
      serialNum: "S64GNE0R",
      temperature: null,
    };
    const windows = {
      device: "\\\\.\\PHYSICALDRIVE1",
      type: "HD",
      name: "Msft Virtual Disk",
      vendor: null,
      size: null,
    };

    expect(factsFrom("disks", [disk, disk, windows, { device: null }, { device: "/dev/" }]).disks).toEqual([
      { device: "nvme0n1", type: "NVMe", vendor: "Samsung", model: "SAMSUNG MZVL21T0", sizeBytes: 1_024_209_543_168 },
      { device: "\\\\.\\PHYSICALDRIVE1", type: "HD", model: "Msft Virtual Disk" },
    ]);
  });

  it("takes network interfaces without their addresses, and not the loopback", () => {
    const answer = [
      { iface: "lo", internal: true, type: "virtual", virtual: false, ip4: "127.0.0.1" },
      { iface: "eth0", internal: false, type: "wired", virtual: false, mac: "02:fc:00:00:00:01", ip4: "10.0.0.1" },
      { iface: "eth0", internal: false, type: "wired", virtual: false },
      { iface: "veth1", internal: false, type: "unknown", virtual: true },
      { iface: 7 },
    ];
    expect(factsFrom("interfaces", answer).interfaces).toEqual([
      { device: "eth0", type: "wired", isVirtual: false },
      { device: "veth1", isVirtual: true },
    ]);
    expect(factsFrom("interfaces", [{ iface: "lo", internal: true }])).toEqual({});
  });

  it.each([
    "",
    " ",
    "-",
    "Unknown",
    "unknown",
    "Default string",
    "To Be Filled By O.E.M.",
    "System Product Name",
    "None",
  ])("counts %j as not told", (vendor) => {
    expect(factsFrom("bios", { vendor, version: "1.16.3", releaseDate: "" })).toEqual({ bios: { version: "1.16.3" } });
  });

  it.each([
    ["control characters", "Se\u0000a\r\n\tBIOS\u001b[31m", "Se a BIOS [31m"],
    ["direction overrides", "\u202eSOIB\u2066", "SOIB"],
    ["lone surrogates", "a\ud800b", "a\ufffdb"],
    ["more than 200 characters", `${"x".repeat(199)}😀${"y".repeat(5000)}`, "x".repeat(199)],
  ])("takes %s out of a text", (_, vendor, clean) => {
    expect(factsFrom("bios", { vendor }).bios?.vendor).toBe(clean);
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["an empty list", []],
    ["a text", "QEMU"],
    ["a list where one thing is asked", [{ vendor: "QEMU" }]],
    ["lists for texts", { vendor: ["a"], manufacturer: ["a"], virtual: "true", cores: "4", hostname: { toString: 1 } }],
    ["facts of a polluted prototype", Object.create({ vendor: "x", manufacturer: "x", cores: 4, hostname: "x" })],
    ["numbers that count nothing", { cores: Number.NaN, physicalCores: -1, speed: Number.POSITIVE_INFINITY }],
  ])("is told nothing by %s", (_, answer) => {
    for (const part of inventoryParts) expect(factsFrom(part, answer)).toEqual({});
  });

  it("takes a limited number of modules and disks", () => {
    const items = Array.from({ length: 2000 }, (_, at) => ({
      device: `/dev/sd${at}`,
      bank: `B${at}`,
      size: 1,
      type: "x",
    }));

    expect(factsFrom("disks", items).disks).toHaveLength(256);
    expect(factsFrom("memoryModules", items).memoryModules).toHaveLength(256);
  });

  it("never throws, whatever the library answers", () => {
    fc.assert(
      fc.property(fc.constantFrom(...inventoryParts), fc.anything({ withNullPrototype: true }), (part, answer) => {
        const facts = factsFrom(part, answer);
        expect(JSON.stringify(facts)).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
