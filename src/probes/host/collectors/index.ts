import type { Collector } from "../collector.ts";
import { arp } from "./arp.ts";
import { bonding } from "./bonding.ts";
import { cgroup } from "./cgroup.ts";
import { conntrack } from "./conntrack.ts";
import { cpu } from "./cpu.ts";
import { cpufreq } from "./cpufreq.ts";
import { diskstats } from "./diskstats.ts";
import { dmi } from "./dmi.ts";
import { entropy } from "./entropy.ts";
import { filefd } from "./filefd.ts";
import { filesystem } from "./filesystem.ts";
import { gpu } from "./gpu.ts";
import { hwmon } from "./hwmon.ts";
import { kernelHung } from "./kernel-hung.ts";
import { loadavg } from "./loadavg.ts";
import { mdadm } from "./mdadm.ts";
import { meminfo } from "./meminfo.ts";
import { netclass } from "./netclass.ts";
import { netdev } from "./netdev.ts";
import { netstat } from "./netstat.ts";
import { os } from "./os.ts";
import { pressure } from "./pressure.ts";
import { processes } from "./processes.ts";
import { reboot } from "./reboot.ts";
import { schedstat } from "./schedstat.ts";
import { selinux } from "./selinux.ts";
import { sockstat } from "./sockstat.ts";
import { softnet } from "./softnet.ts";
import { stat } from "./stat.ts";
import { systemd } from "./systemd.ts";
import { textfile } from "./textfile.ts";
import { thermalZone } from "./thermal-zone.ts";
import { time } from "./time.ts";
import { timex } from "./timex.ts";
import { udpQueues } from "./udp-queues.ts";
import { uname } from "./uname.ts";
import { vmstat } from "./vmstat.ts";
import { watchedProcesses } from "./watched-processes.ts";

/** All collectors, in the order in which they read. */
export const collectors: readonly Collector[] = [
  cpu,
  stat,
  loadavg,
  meminfo,
  vmstat,
  diskstats,
  netdev,
  uname,
  pressure,
  time,
  arp,
  bonding,
  conntrack,
  cpufreq,
  dmi,
  entropy,
  filefd,
  hwmon,
  kernelHung,
  mdadm,
  netclass,
  netstat,
  os,
  reboot,
  schedstat,
  selinux,
  sockstat,
  softnet,
  thermalZone,
  udpQueues,
  cgroup,
  filesystem,
  textfile,
  watchedProcesses,
  processes,
  timex,
  systemd,
  gpu,
];
