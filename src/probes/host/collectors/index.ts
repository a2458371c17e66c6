import type { Collector } from "../collector.ts";
import { cpu } from "./cpu.ts";
import { diskstats } from "./diskstats.ts";
import { filesystem } from "./filesystem.ts";
import { loadavg } from "./loadavg.ts";
import { meminfo } from "./meminfo.ts";
import { netdev } from "./netdev.ts";
import { pressure } from "./pressure.ts";
import { stat } from "./stat.ts";
import { time } from "./time.ts";
import { uname } from "./uname.ts";
import { vmstat } from "./vmstat.ts";

/** All collectors, in the order in which they read. */
export const collectors: readonly Collector[] = [
  cpu,
  stat,
  loadavg,
  meminfo,
  vmstat,
  diskstats,
  filesystem,
  netdev,
  uname,
  pressure,
  time,
];
