import type { Sample } from "../../../core/checks/metric.ts";
import type { FilesystemFacts } from "../../../core/ports/files.ts";
import { type Collector, gauge, sample, unreadable } from "../collector.ts";
import type { HostOptions } from "../options.ts";

const labels = ["device", "mountpoint", "fstype"];
const kept = { labels, history: true };
const size = gauge("node_filesystem_size_bytes", "Filesystem size in bytes.", kept);
const free = gauge("node_filesystem_free_bytes", "Filesystem free space in bytes.", kept);
const available = gauge("node_filesystem_avail_bytes", "Filesystem space available to non-root users in bytes.", kept);
const files = gauge("node_filesystem_files", "Filesystem total file nodes.", kept);
const filesFree = gauge("node_filesystem_files_free", "Filesystem total free file nodes.", kept);
const readOnly = gauge("node_filesystem_readonly", "Filesystem read-only status.", kept);
const deviceError = gauge(
  "node_filesystem_device_error",
  "Whether an error occurred while getting statistics for the given device.",
  kept,
);

type Mount = Readonly<{ device: string; mountPoint: string; fsType: string; isReadOnly: boolean }>;

/** Space and inodes of each mounted filesystem; one that hangs or fails shows device_error 1 and no sizes. */
export const filesystem: Collector = {
  name: "filesystem",
  metrics: [size, free, available, files, filesFree, readOnly, deviceError],
  open(options) {
    let known: Readonly<{ text: string; mounts: readonly Mount[] }> = { text: "", mounts: [] };
    return async (source) => {
      const text = source.proc("1/mounts") ?? source.proc("self/mounts");
      if (text === undefined) return unreadable("1/mounts");
      if (text !== known.text) known = { text, mounts: wantedMounts(text, options) };
      const samples: Sample[] = [];
      const notes: string[] = [];
      for (const mount of known.mounts) {
        if (source.signal.aborted) break;
        const facts = await source.filesystem(pathOf(mount, options.rootfs));
        if (facts === "late") notes.push(`${mount.mountPoint} has not answered yet; this run is without its room`);
        samples.push(...samplesOf(mount, facts));
      }
      return { ok: true, samples, notes };
    };
  },
};

/** What hangs is known in a later run: this one does not hold back what the other collectors found. */
function samplesOf(mount: Mount, facts: FilesystemFacts | "late" | "stuck" | "error"): readonly Sample[] {
  const own = { device: mount.device, mountpoint: mount.mountPoint, fstype: mount.fsType };
  const state = sample(readOnly.name, mount.isReadOnly ? 1 : 0, own);
  if (facts === "late") return [state];
  if (typeof facts === "string") return [state, sample(deviceError.name, 1, own)];
  return [state, sample(deviceError.name, 0, own), ...sizes(facts, own)];
}

function pathOf({ mountPoint }: Mount, rootfs: string): string {
  return rootfs === "/" ? mountPoint : `${rootfs}${mountPoint}`;
}

function sizes(facts: FilesystemFacts, own: Sample["labels"]): readonly Sample[] {
  return [
    sample(size.name, facts.sizeBytes, own),
    sample(free.name, facts.freeBytes, own),
    sample(available.name, facts.availableBytes, own),
    sample(files.name, facts.files, own),
    sample(filesFree.name, facts.filesFree, own),
  ];
}

/** Mounts that no pattern excludes; of equal entries the last stands for all, as it is mounted on top. */
function wantedMounts(text: string, options: HostOptions): readonly Mount[] {
  const wanted = new Map<string, Mount>();
  for (const line of text.split("\n")) {
    const mount = mountOf(line, options.rootfs);
    if (mount === undefined || options.fs_types_exclude(mount.fsType)) continue;
    if (options.mount_points_exclude(mount.mountPoint)) continue;
    wanted.set(`${mount.device}\n${mount.mountPoint}\n${mount.fsType}`, mount);
  }
  return [...wanted.values()];
}

function mountOf(line: string, rootfs: string): Mount | undefined {
  const [device, mountPoint, fsType, flags] = line.split(" ");
  if (device === undefined || mountPoint === undefined || fsType === undefined || flags === undefined) return undefined;
  const options = flags.split(",");
  return {
    device: unescape(device),
    mountPoint: withoutRoot(unescape(mountPoint), rootfs),
    fsType,
    isReadOnly: options.includes("ro") || options.includes("emergency_ro"),
  };
}

/** The kernel writes space, tab, newline and backslash in octal. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function withoutRoot(mountPoint: string, rootfs: string): string {
  if (rootfs === "/" || (mountPoint !== rootfs && !mountPoint.startsWith(`${rootfs}/`))) return mountPoint;
  return mountPoint === rootfs ? "/" : mountPoint.slice(rootfs.length);
}
