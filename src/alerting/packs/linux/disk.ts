import type { PackRule } from "../../../core/alerting/rule-pack.ts";
import { fillsUp } from "../shapes.ts";

/** Images and pseudo file systems are full by nature. */
const real = ['fstype!~"squashfs|iso9660|udf|erofs|overlay|ramfs|autofs|nsfs|fuse.snapfuse"'];
const unless = { metric: "node_filesystem_readonly" };
const spaceRunbook = {
  en: "`du -xh --max-depth=1 <mount> | sort -h`: logs, backups, a deleted file that is still open (`lsof +L1`)? Clear up, or grow the disk.",
  zh: "用 `du -xh --max-depth=1 <挂载点> | sort -h` 查日志、备份，用 `lsof +L1` 查已删除仍被打开的文件；清理或扩容。",
};
const inodeRunbook = {
  en: "`du --inodes -x --max-depth=1 <mount> | sort -n`: a directory with very many small files (sessions, mail queue, caches)?",
  zh: "用 `du --inodes -x --max-depth=1 <挂载点> | sort -n` 找小文件极多的目录（会话、邮件队列、缓存）。",
};
const space = { of: "node_filesystem_avail_bytes", to: "node_filesystem_size_bytes" };
const inodes = { of: "node_filesystem_files_free", to: "node_filesystem_files" };
const filling = { ...fillsUp, matchers: real, unless };

/** Disks: space and inodes now and in some hours, mounts that do not answer, queues, pressure. */
export const diskRules: Readonly<Record<string, PackRule>> = {
  NodeFilesystemSpaceFillingUp: {
    title: { en: "A disk fills up", zh: "磁盘即将写满" },
    summary: {
      en: "{instance}: {mountpoint} is full in {duration} if it goes on like this (available space)",
      zh: "{instance}：按当前增长，{mountpoint} 将在 {duration} 后写满（按可用空间）",
    },
    runbook: spaceRunbook,
    block: { ...filling, explains: false, metric: space.of, share_of: space.to },
  },
  NodeFilesystemAlmostOutOfSpace: {
    title: { en: "A disk is nearly full", zh: "磁盘空间不足" },
    summary: {
      en: "{instance}: {mountpoint} has {percent} left (available / size; what is reserved for root counts as used)",
      zh: "{instance}：{mountpoint} 仅剩 {percent}（可用 / 总量，root 预留算作已用）",
    },
    runbook: spaceRunbook,
    block: {
      kind: "ratio",
      ...space,
      matchers: real,
      below: { warning: "5%", critical: "3%" },
      recover: "6%",
      unless,
      for: { warning: "30m", critical: "5m" },
    },
  },
  NodeFilesystemFilesFillingUp: {
    title: { en: "A disk runs out of inodes", zh: "inode 即将耗尽" },
    summary: {
      en: "{instance}: {mountpoint} is out of inodes in {duration} if it goes on like this",
      zh: "{instance}：按当前增长，{mountpoint} 的 inode 将在 {duration} 后耗尽",
    },
    runbook: inodeRunbook,
    block: { ...filling, explains: false, metric: inodes.of, share_of: inodes.to },
  },
  NodeFilesystemAlmostOutOfFiles: {
    title: { en: "A disk has hardly any inodes left", zh: "inode 不足" },
    summary: {
      en: "{instance}: {mountpoint} has {percent} of its inodes left",
      zh: "{instance}：{mountpoint} 的 inode 仅剩 {percent}",
    },
    runbook: inodeRunbook,
    block: {
      kind: "ratio",
      ...inodes,
      matchers: real,
      below: { warning: "5%", critical: "3%" },
      recover: "6%",
      unless,
      for: "1h",
    },
  },
  NodeFilesystemDeviceError: {
    title: { en: "A mount does not answer", zh: "挂载点无响应" },
    summary: {
      en: "{instance}: {mountpoint} ({fstype}) does not answer",
      zh: "{instance}：挂载点 {mountpoint}（{fstype}）无响应",
    },
    runbook: {
      en: "A network mount whose server is gone? `mount | grep <mount>`, `dmesg`; unmount it with `umount -fl`.",
      zh: "网络挂载的服务端是否失联？查看 `mount | grep <挂载点>` 和 `dmesg`，必要时 `umount -fl`。",
    },
    block: {
      kind: "threshold",
      metric: "node_filesystem_device_error",
      matchers: real,
      aggregate: "min",
      above: { warning: 0 },
      for: "15m",
    },
  },
  NodeDiskIOSaturation: {
    title: { en: "Disk requests queue up", zh: "磁盘 IO 队列过长" },
    summary: {
      en: "{instance}: {value} requests wait for {device} on average",
      zh: "{instance}：{device} 平均有 {value} 个请求在排队",
    },
    runbook: {
      en: "`iostat -x 1` and `iotop -o`: which process reads or writes so much? Is a backup or a RAID check running?",
      zh: "用 `iostat -x 1` 和 `iotop -o` 找读写最多的进程；是否正在备份或校验 RAID？",
    },
    block: {
      kind: "threshold",
      metric: "node_disk_io_time_weighted_seconds_total",
      aggregate: "increase",
      per: "1s",
      above: { warning: 10 },
      for: "30m",
    },
  },
  NodePressureIO: {
    title: { en: "Everything waits for disks", zh: "进程等待磁盘（PSI）" },
    summary: {
      en: "{instance}: all processes wait for disks {percent} of the time (pressure stall)",
      zh: "{instance}：{percent} 的时间里所有进程都在等待磁盘（PSI）",
    },
    runbook: {
      en: "`iostat -x 1` and `iotop -o`: which process reads or writes so much?",
      zh: "用 `iostat -x 1` 和 `iotop -o` 找读写最多的进程。",
    },
    block: {
      kind: "threshold",
      metric: "node_pressure_io_stalled_seconds_total",
      aggregate: "increase",
      per: "1s",
      window: "10m",
      above: { warning: "40%" },
      recover: "20%",
      for: "15m",
    },
  },
  NodeRAIDDegraded: {
    title: { en: "A RAID lacks disks", zh: "RAID 降级" },
    summary: {
      en: "{instance}: {device} has only {percent} of the disks it needs",
      zh: "{instance}：{device} 只有 {percent} 的所需磁盘在线",
    },
    runbook: {
      en: "`cat /proc/mdstat`, `mdadm --detail <device>`: replace the disk, and do not restart the machine before.",
      zh: "查看 `cat /proc/mdstat` 和 `mdadm --detail <设备>`，更换磁盘；在此之前不要重启机器。",
    },
    block: {
      kind: "ratio",
      of: "node_md_disks",
      of_matchers: ["state=active"],
      to: "node_md_disks_required",
      without: ["state"],
      aggregate: "last",
      below: { critical: 1 },
      for: "15m",
    },
  },
  NodeRAIDDiskFailure: {
    title: { en: "A disk of a RAID failed", zh: "RAID 磁盘故障" },
    summary: {
      en: "{instance}: {value} disks of {device} have failed",
      zh: "{instance}：{device} 有 {value} 块磁盘故障",
    },
    runbook: {
      en: "`mdadm --detail <device>`: which one? Order a new one; check that the last backup is good.",
      zh: "用 `mdadm --detail <设备>` 确认是哪块盘，准备更换，并确认最近的备份可用。",
    },
    block: {
      kind: "threshold",
      metric: "node_md_disks",
      matchers: ["state=failed"],
      aggregate: "last",
      above: { warning: 0 },
    },
  },
};
