import type { Sample } from "../../../core/checks/metric.ts";
import { absent, type Collector, collected, gauge, malformed, sample } from "../collector.ts";

const ofDevice = { labels: ["device"], history: true };
const ofState = { labels: ["device", "state"], history: true };
const state = gauge("node_md_state", "Indicates the state of md-device.", ofState);
const disks = gauge("node_md_disks", "Number of active/failed/spare disks of device.", ofState);
const required = gauge("node_md_disks_required", "Total number of disks of device.", ofDevice);
const blocks = gauge("node_md_blocks", "Total number of blocks on device.", { labels: ["device"] });
const blocksSynced = gauge("node_md_blocks_synced", "Number of blocks synced on device.", { labels: ["device"] });

const states = ["active", "inactive", "recovering", "resync", "check"] as const;
type State = (typeof states)[number];
type Array = Readonly<{
  device: string;
  state: State;
  disks: Readonly<{ active: number; failed: number; spare: number }>;
  required: number;
  blocks: number;
  synced: number;
}>;

/** Software RAID: disks that an array has, lost and needs, and how far it is rebuilt. */
export const mdadm: Collector = {
  name: "mdadm",
  metrics: [state, disks, required, blocks, blocksSynced],
  open: () => (source) => {
    const text = source.proc("mdstat");
    if (text === undefined) return absent("software RAID");
    const samples: Sample[] = [];
    for (const section of text.split(/\n(?=\S)/)) {
      if (!/^\S+ : /.test(section) || section.startsWith("Personalities")) continue;
      const array = arrayOf(section);
      if (array === undefined) return malformed(`mdstat: ${section.slice(0, 80)}`);
      samples.push(...samplesOf(array));
    }
    return collected(samples);
  },
};

function samplesOf(array: Array): readonly Sample[] {
  const { device } = array;
  return [
    ...states.map((name) => sample(state.name, name === array.state ? 1 : 0, { device, state: name })),
    ...Object.entries(array.disks).map(([name, count]) => sample(disks.name, count, { device, state: name })),
    sample(required.name, array.required, { device }),
    sample(blocks.name, array.blocks, { device }),
    sample(blocksSynced.name, array.synced, { device }),
  ];
}

/** An array is its line, a line with blocks and `[needed/present]`, and perhaps a line about a rebuild. */
function arrayOf(section: string): Array | undefined {
  const [, device, activity, rest = ""] = /^(\S+) : (active|inactive)(.*)/.exec(section) ?? [];
  const size = /(\d+) blocks/.exec(section)?.[1];
  if (device === undefined || activity === undefined || size === undefined) return undefined;
  const count = (mark: string): number => rest.split(mark).length - 1;
  const members = rest.match(/\S+\[\d+\]/g)?.length ?? 0;
  // An array without redundancy has no `[needed/present]`: it works with all of its disks or not at all.
  const [, needed, present] = / \[(\d+)\/(\d+)\]/.exec(section) ?? [];
  const whole = activity === "active" ? members : 0;
  const rebuild = rebuildOf(section);
  return {
    device,
    state: rebuild?.state ?? (activity === "active" ? "active" : "inactive"),
    disks: {
      active: present === undefined ? whole : Number(present),
      failed: count("(F)"),
      spare: count("(S)"),
    },
    required: needed === undefined ? whole : Number(needed),
    blocks: Number(size),
    synced: rebuild?.synced ?? Number(size),
  };
}

/** `resync=DELAYED` and `=PENDING` have not begun. */
function rebuildOf(section: string): Readonly<{ state: State; synced: number }> | undefined {
  const [, kind, rest = ""] = /\b(recovery|resync|reshape|check) ?=(.*)/.exec(section) ?? [];
  if (kind === undefined) return undefined;
  const synced = Number(/\((\d+)\/\d+\)/.exec(rest)?.[1] ?? 0);
  if (kind === "check") return { state: "check", synced };
  return { state: kind === "recovery" ? "recovering" : "resync", synced };
}
