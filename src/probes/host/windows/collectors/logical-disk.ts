import type { Sample } from "../../../../core/checks/metric.ts";
import { gauge, sample } from "../../collector.ts";
import { numberIn, type Row, textIn } from "../answer.ts";
import { columnSamples, fromRows, joined, type WindowsCollector, type WindowsSource } from "../collector.ts";
import { diskColumns } from "../disk-columns.ts";

const labels = ["volume"];
const kept = { labels, history: true };
const size = gauge("windows_logical_disk_size_bytes", "Total space in bytes", kept);
const free = gauge("windows_logical_disk_free_bytes", "Free space in bytes", kept);
const readonly = gauge("windows_logical_disk_readonly", "Whether the logical disk is read-only", kept);
const info = gauge(
  "windows_logical_disk_info",
  "A metric with a constant '1' value labeled with logical disk information",
  {
    labels: ["volume", "type", "volume_name", "filesystem"],
  },
);
const columns = diskColumns("windows_logical_disk", labels);
const driveTypes = ["unknown", "unknown", "removable", "fixed", "remote", "cdrom", "ramdisk"];
const cdrom = 5;
const mayRead = 1;
const letters = "CDEFGHIJKLMNOPQRSTUVWXYZ".split("").map((letter) => `${letter}:`);

/** Room on every drive with a letter, which the runtime asks, and traffic of every volume. */
export const logicalDisk: WindowsCollector = {
  name: "logical_disk",
  metrics: [size, free, readonly, info, ...columns.map(({ metric }) => metric)],
  queries: ["volumes", "logical_disk"],
  open(options) {
    // What a drive is does not change often; without PowerShell the last word counts.
    let kinds: readonly Row[] = [];
    return async (source) => {
      const volumes = source.told("volumes");
      if (volumes.ok) kinds = volumes.rows;
      const wanted = letters.filter((volume) => !options.volumes_exclude(volume));
      const room = await Promise.all(wanted.map((volume) => roomOf(volume, kinds, source)));
      const told = fromRows(volumes, (row) => infoOf(row, options.volumes_exclude));
      const traffic = fromRows(source.told("logical_disk"), (row) => {
        const volume = textIn(row, "Name");
        return volume === undefined || options.volumes_exclude(volume) ? [] : columnSamples(columns, row, { volume });
      });
      return joined({ samples: room.flat() }, joined(told, traffic));
    };
  },
};

/** Nothing where there is no such drive, or no disk in it, or it does not answer. */
async function roomOf(volume: string, kinds: readonly Row[], source: WindowsSource): Promise<readonly Sample[]> {
  const facts = await source.filesystem(`${volume}\\`);
  if (typeof facts === "string" || facts.sizeBytes === 0) return [];
  const kind = kinds.find((row) => textIn(row, "DeviceID") === volume);
  return [
    sample(size.name, facts.sizeBytes, { volume }),
    sample(free.name, facts.availableBytes, { volume }),
    sample(readonly.name, kind !== undefined && isReadOnly(kind) ? 1 : 0, { volume }),
  ];
}

function isReadOnly(row: Row): boolean {
  return numberIn(row, "DriveType") === cdrom || numberIn(row, "Access") === mayRead;
}

function infoOf(row: Row, isExcluded: (volume: string) => boolean): readonly Sample[] {
  const volume = textIn(row, "DeviceID");
  if (volume === undefined || isExcluded(volume)) return [];
  const type = driveTypes[numberIn(row, "DriveType") ?? 0] ?? "unknown";
  const filesystem = textIn(row, "FileSystem") ?? "";
  return [sample(info.name, 1, { volume, type, filesystem, volume_name: textIn(row, "VolumeName") ?? "" })];
}
