import type { Sample } from "../../../core/checks/metric.ts";
import { absent, type Collector, collected, counter, gauge, type HostSource, numberOf, sample } from "../collector.ts";

const directory = "class/net";
const labels = ["device"];
const mostDevices = 256;
const bytesPerMegabit = 125_000;

const up = gauge("node_network_up", "Value is 1 if operstate is 'up', 0 otherwise.", { labels, history: true });
const info = gauge("node_network_info", "Non-numeric data from /sys/class/net/<iface>, value is always 1.", {
  labels: ["device", "address", "broadcast", "duplex", "operstate", "ifalias"],
});

/** Of one device from its making to its end. */
const fixed: ReadonlySet<string> = new Set(["broadcast", "dev_id", "iflink", "name_assign_type", "type"]);
/** What the kernel refuses to tell is asked again after so many readings, and as soon as the device goes up or down. */
const refusedReadings = 20;

/** What is remembered of a device: its index tells it from a later one of its name. */
type Known = { index: string; state: string; texts: Map<string, string>; refused: Set<string>; readingsLeft: number };

type Property = Readonly<{ file: string; family: ReturnType<typeof gauge>; factor: number }>;

const properties: readonly Property[] = [
  ["address_assign_type", "addr_assign_type"],
  ["carrier", "carrier"],
  ["carrier_changes_total", "carrier_changes"],
  ["carrier_up_changes_total", "carrier_up_count"],
  ["carrier_down_changes_total", "carrier_down_count"],
  ["device_id", "dev_id"],
  ["dormant", "dormant"],
  ["flags", "flags"],
  ["iface_id", "ifindex"],
  ["iface_link", "iflink"],
  ["iface_link_mode", "link_mode"],
  ["mtu_bytes", "mtu"],
  ["name_assign_type", "name_assign_type"],
  ["net_dev_group", "netdev_group"],
  ["protocol_type", "type"],
  ["speed_bytes", "speed"],
  ["transmit_queue_length", "tx_queue_len"],
].map(([name = "", file = ""]) => {
  const declare = name.endsWith("_total") ? counter : gauge;
  const family = declare(`node_network_${name}`, `Network device property: ${name}`, { labels });
  return { file, family, factor: name === "speed_bytes" ? bytesPerMegabit : 1 };
});

/** State and settings of each network device; the kernel refuses some of them for devices that are down. */
export const netclass: Collector = {
  name: "netclass",
  metrics: [up, info, ...properties.map((property) => property.family)],
  open(options) {
    const known = new Map<string, Known>();
    return (source) => {
      const names = source.sysNames(directory).filter((name) => !options.netclass_devices_exclude(name));
      if (names.length === 0) return absent("network devices in sysfs");
      const devices = names.slice(0, mostDevices);
      for (const device of known.keys()) if (!devices.includes(device)) known.delete(device);
      return collected(devices.flatMap((device) => samplesOf(device, source, known)));
    };
  },
};

/** Makes a reader of a device's files; what cannot change is read once for each device, and not each time what is refused: that costs most. */
function readerOf(device: string, source: HostSource, known: Map<string, Known>): (file: string) => string {
  const read = (file: string): string => source.ofDevice(device, file)?.trim() ?? "";
  const own = knownOf(device, read, known);
  return (file) => {
    const text = own.texts.get(file);
    if (text !== undefined) return text;
    if (own.refused.has(file)) return "";
    const now = source.ofDevice(device, file);
    if (now === undefined) own.refused.add(file);
    else if (fixed.has(file)) own.texts.set(file, now.trim());
    return now?.trim() ?? "";
  };
}

function knownOf(device: string, read: (file: string) => string, known: Map<string, Known>): Known {
  const index = read("ifindex");
  const state = `${read("operstate")} ${read("flags")}`;
  let own = known.get(device);
  if (own?.index !== index) {
    own = { index, state, texts: new Map(), refused: new Set(), readingsLeft: refusedReadings };
    known.set(device, own);
  }
  own.readingsLeft -= 1;
  if (own.state !== state || own.readingsLeft < 0) {
    own.state = state;
    own.readingsLeft = refusedReadings;
    own.refused.clear();
  }
  return own;
}

function samplesOf(device: string, source: HostSource, known: Map<string, Known>): readonly Sample[] {
  const text = readerOf(device, source, known);
  const operstate = text("operstate");
  // What is no device (the list of bonds) has no state.
  if (operstate === "") return [];
  const described = {
    device,
    address: text("address"),
    broadcast: text("broadcast"),
    duplex: text("duplex"),
    operstate,
    ifalias: text("ifalias"),
  };
  const samples = [sample(up.name, operstate === "up" ? 1 : 0, { device }), sample(info.name, 1, described)];
  for (const { file, family, factor } of properties) {
    const value = numberOf(text(file));
    if (value !== undefined) samples.push(sample(family.name, value * factor, { device }));
  }
  return samples;
}
