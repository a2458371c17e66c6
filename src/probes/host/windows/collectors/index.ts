import type { WindowsCollector } from "../collector.ts";
import { cpu } from "./cpu.ts";
import { diskdrive } from "./diskdrive.ts";
import { gpu } from "./gpu.ts";
import { logicalDisk } from "./logical-disk.ts";
import { memory } from "./memory.ts";
import { net } from "./net.ts";
import { os } from "./os.ts";
import { pagefile } from "./pagefile.ts";
import { physicalDisk } from "./physical-disk.ts";
import { process } from "./process.ts";
import { reboot } from "./reboot.ts";
import { service } from "./service.ts";
import { system } from "./system.ts";
import { tcp } from "./tcp.ts";
import { thermalzone } from "./thermalzone.ts";
import { time } from "./time.ts";
import { watchedProcesses } from "./watched-processes.ts";

/** All collectors of Windows, in the order in which they show. */
export const windowsCollectors: readonly WindowsCollector[] = [
  cpu,
  memory,
  logicalDisk,
  physicalDisk,
  system,
  os,
  net,
  pagefile,
  service,
  tcp,
  diskdrive,
  thermalzone,
  reboot,
  time,
  watchedProcesses,
  process,
  gpu,
];
