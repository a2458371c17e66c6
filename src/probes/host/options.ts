import { z } from "zod";
import { costlyCollectors, localHostOptions } from "../../core/checks/host-options.ts";
import { compilePattern, type Pattern } from "../../core/matching/pattern.ts";

/** Says whether a name matches; answers are remembered, because the same few names come every run. */
export type NameTest = (name: string) => boolean;

const mostRemembered = 4096;

/** An RE2 pattern of names to leave out; an empty one leaves out nothing. */
const excludeSchema = namesSchema(false);
/** An RE2 pattern of names to take; an empty one takes all. */
const includeSchema = namesSchema(true);

function namesSchema(whenEmpty: boolean): z.ZodType<NameTest, string> {
  return z
    .string()
    .max(1000, "a pattern is at most 1000 characters")
    .transform((source, context) => {
      if (source === "") return () => whenEmpty;
      const compiled = compilePattern(source);
      if ("pattern" in compiled) return remembering(compiled.pattern);
      context.addIssue({ code: "custom", message: compiled.problem });
      return z.NEVER;
    });
}

function remembering(pattern: Pattern): NameTest {
  const known = new Map<string, boolean>();
  return (name) => {
    const remembered = known.get(name);
    if (remembered !== undefined) return remembered;
    const matches = pattern.test(name);
    if (known.size >= mostRemembered) known.clear();
    known.set(name, matches);
    return matches;
  };
}

const directorySchema = z
  .string()
  .regex(/^\/.*$/, "a path begins with /")
  .transform((path) => (path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path));

const mountPoints = "^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)";
const pseudoTypes =
  "autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|fuse\\.lxcfs|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs";
const networkTypes = "nfs|nfs4|cifs|smb3|smbfs|9p|ceph|fuse\\.(sshfs|glusterfs|s3fs|rclone|ossfs)";
const diskDevices = "^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p|mmcblk\\d+p)\\d+$";

const collectorNames = [
  "cpu",
  "stat",
  "loadavg",
  "meminfo",
  "vmstat",
  "diskstats",
  "netdev",
  "uname",
  "pressure",
  "time",
  "arp",
  "bonding",
  "conntrack",
  "cpufreq",
  "dmi",
  "entropy",
  "filefd",
  "hwmon",
  "kernel_hung",
  "mdadm",
  "netclass",
  "netstat",
  "os",
  "reboot",
  "schedstat",
  "selinux",
  "sockstat",
  "softnet",
  "thermal_zone",
  "udp_queues",
  "cgroup",
  "filesystem",
  "textfile",
  "watched_processes",
  "processes",
  "timex",
  "systemd",
  "gpu",
] as const;
const costly: ReadonlySet<string> = new Set(costlyCollectors);

const windowsCollectorNames = [
  "cpu",
  "memory",
  "logical_disk",
  "physical_disk",
  "system",
  "os",
  "net",
  "pagefile",
  "service",
  "tcp",
  "diskdrive",
  "thermalzone",
  "reboot",
  "time",
  "process",
] as const;

/** Names of the collectors on Windows, by windows_exporter's names but for `reboot` and those that options of their own turn on. */
export type WindowsCollectorName = (typeof windowsCollectorNames)[number] | "watched_processes" | "gpu";

/** Names of the collectors, in the order in which they read. */
export type CollectorName = (typeof collectorNames)[number];

/** Options of the host probe on Linux and on Windows. */
export const hostOptionsSchema = z.strictObject({
  collectors: z
    .array(z.enum(collectorNames))
    .min(1)
    .refine((names) => new Set(names).size === names.length, "a collector is named twice")
    .default(collectorNames.filter((name) => !costly.has(name)))
    .describe(
      "Groups of metrics to read, by node_exporter's names; those of `more_collectors` are off unless named here or there.",
    ),
  ...localHostOptions,
  systemd_units_exclude: excludeSchema
    .prefault("\\.(automount|device|mount|scope|slice)$")
    .describe("Units of systemd of which no state is told (RE2)."),
  procfs: directorySchema
    .prefault("/proc")
    .describe("Where the host's procfs is mounted, for a daemon in a container."),
  sysfs: directorySchema.prefault("/sys").describe("Where the host's sysfs is mounted, for a daemon in a container."),
  rootfs: directorySchema
    .prefault("/")
    .describe("Where the host's root is mounted; taken off the mount points, and os-release is read below it."),
  textfile_directory: z
    .string()
    .regex(/^(?:\/[^*?[\]{}!]*)?$/, "a directory begins with / and has no wildcards")
    .transform((path) => (path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path))
    .prefault("")
    .describe("Directory whose files `*.prom` are read as metrics; empty reads none."),
  mount_points_exclude: excludeSchema.prefault(mountPoints).describe("Mount points to leave out (RE2)."),
  fs_types_exclude: excludeSchema
    .prefault(`^(${pseudoTypes}|${networkTypes})$`)
    .describe("Filesystem types to leave out (RE2); by default the pseudo and the network filesystems."),
  disk_devices_exclude: excludeSchema.prefault(diskDevices).describe("Disk devices to leave out (RE2)."),
  network_devices_exclude: excludeSchema.prefault("^lo$").describe("Network devices whose traffic is left out (RE2)."),
  netclass_devices_exclude: excludeSchema
    .prefault("")
    .describe("Network devices whose state and settings are left out (RE2), such as the many of containers."),
  windows_collectors: z
    .array(z.enum(windowsCollectorNames))
    .min(1)
    .refine((names) => new Set(names).size === names.length, "a collector is named twice")
    .default(windowsCollectorNames.filter((name) => name !== "process"))
    .describe(
      "On Windows: groups of metrics to read, by windows_exporter's names; `process` is off by default. The options about files are for Linux.",
    ),
  processes_include: includeSchema
    .prefault(".")
    .describe("On Windows, with the collector `process`: programs to tell of (RE2); at most 200 processes."),
  volumes_exclude: excludeSchema
    .prefault("^HarddiskVolume")
    .describe("On Windows: volumes to leave out (RE2), such as `^D:$`."),
  services_include: includeSchema
    .prefault(".")
    .describe("On Windows: services of which state and start mode are told (RE2); each takes twelve series."),
});

export type HostOptions = z.infer<typeof hostOptionsSchema>;
