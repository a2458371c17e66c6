import type { Sample } from "../../../core/checks/metric.ts";
import { gauge, type HostSource, sample } from "../collector.ts";

const info = gauge("node_disk_info", "Info of /sys/block/<block_device>.", {
  labels: ["device", "major", "minor", "path", "wwn", "model", "serial", "revision"],
});
const filesystemInfo = gauge("node_disk_filesystem_info", "Info about disk filesystem.", {
  labels: ["device", "type", "usage", "uuid", "version"],
});

/** Families that name a disk and what is on it. */
export const diskInfoMetrics = [info, filesystemInfo];

/** What udev knows of a disk; on a machine without udev the labels are empty, as in node_exporter. */
export function diskInfo(source: HostSource, device: string, major: string, minor: string): readonly Sample[] {
  const text = source.root(`run/udev/data/b${major}:${minor}`) ?? "";
  const known = new Map([...text.matchAll(/^E:(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]));
  const property = (name: string): string => known.get(name) ?? "";
  const labels = {
    device,
    major,
    minor,
    path: property("ID_PATH"),
    wwn: property("ID_WWN"),
    model: property("ID_MODEL"),
    serial: known.get("SCSI_IDENT_SERIAL") ?? property("ID_SERIAL_SHORT"),
    revision: property("ID_REVISION"),
  };
  const type = property("ID_FS_TYPE");
  if (type === "") return [sample(info.name, 1, labels)];
  const onDisk = {
    device,
    type,
    usage: property("ID_FS_USAGE"),
    uuid: property("ID_FS_UUID"),
    version: property("ID_FS_VERSION"),
  };
  return [sample(info.name, 1, labels), sample(filesystemInfo.name, 1, onDisk)];
}
