/** Facts of the machine that the runtime knows without a file. */
export interface HostFacts {
  uname(): Readonly<{ sysname: string; nodename: string; release: string; version: string; machine: string }>;
  platform(): "linux" | "win32" | "darwin" | "other";
  /** Time of each processor since the machine started; on Windows the system's part contains that of interrupts. */
  cpuTimes(): readonly Readonly<{ userMs: number; systemMs: number; idleMs: number; interruptMs: number }>[];
  /** Physical memory; on Windows free is what can be given away at once. */
  memory(): Readonly<{ totalBytes: number; freeBytes: number }>;
  uptimeSeconds(): number;
}
