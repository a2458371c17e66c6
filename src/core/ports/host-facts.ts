/** Facts of the machine that the runtime knows without a file. */
export interface HostFacts {
  uname(): Readonly<{ sysname: string; nodename: string; release: string; version: string; machine: string }>;
  platform(): "linux" | "win32" | "darwin" | "other";
}
