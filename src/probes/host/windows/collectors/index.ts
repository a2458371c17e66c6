import type { WindowsCollector } from "../collector.ts";
import { cpu } from "./cpu.ts";
import { diskdrive } from "./diskdrive.ts";
import { logicalDisk } from "./logical-disk.ts";
import { memory } from "./memory.ts";
import { net } from "./net.ts";
import { os } from "./os.ts";
import { pagefile } from "./pagefile.ts";
import { reboot } from "./reboot.ts";
import { service } from "./service.ts";
import { system } from "./system.ts";
import { tcp } from "./tcp.ts";
import { thermalzone } from "./thermalzone.ts";

/** All collectors of Windows, in the order in which they show. */
export const windowsCollectors: readonly WindowsCollector[] = [
  cpu,
  memory,
  logicalDisk,
  system,
  os,
  net,
  pagefile,
  service,
  tcp,
  diskdrive,
  thermalzone,
  reboot,
];
