import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdirSync, openSync } from "node:fs";
import { open, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { AskMount } from "../../../src/platform/files/mount-facts.ts";

/**
 * Opens /dev/fuse, mounts it and never answers the kernel; the end of the program ends the mount. It has its own view of the mounts,
 * so that no other program of the machine meets this one; we reach it through the program's root.
 */
const fuse = `
use strict; my ($mount, $unshare, $dir) = ($ARGV[0] + 0, $ARGV[1] + 0, $ARGV[2]); $| = 1;
my ($none, $root, $name, $type) = ("none", "/", "hung", "fuse");
die "no own mounts" if syscall($unshare, 0x20000) != 0;
die "not private" if syscall($mount, $none, $root, 0, 0x44000, 0) != 0;
open(my $device, "+<", "/dev/fuse") or die "no /dev/fuse";
my $options = "fd=" . fileno($device) . ",rootmode=40000,user_id=0,group_id=0,allow_other";
die "not mounted" if syscall($mount, $name, $dir, $type, 0, $options) != 0;
print "mounted\\n"; <STDIN>;
`;
const callNumbers: Readonly<Record<string, readonly [mount: number, unshare: number]>> = {
  x64: [165, 272],
  arm64: [40, 97],
};

/** Directories of which nothing ever hears; where the kernel lets nobody mount, named pipes that nobody writes hang in their place. */
export class HungMounts {
  readonly paths: readonly string[];
  readonly isReal: boolean;
  readonly #holders: readonly ChildProcess[];
  readonly #pipes: readonly string[];

  private constructor(paths: readonly string[], holders: readonly ChildProcess[], pipes: readonly string[]) {
    this.paths = paths;
    this.isReal = pipes.length === 0;
    this.#holders = holders;
    this.#pipes = pipes;
  }

  static async make(directory: string, count: number): Promise<HungMounts> {
    const paths = Array.from({ length: count }, (_, index) => join(directory, `hung-${index}`));
    for (const path of paths) mkdirSync(path);
    const holders: ChildProcess[] = [];
    for (const path of paths) {
      const holder = await mounted(path);
      if (holder === undefined) break;
      holders.push(holder);
    }
    if (holders.length === count) return new HungMounts(paths, holders, []);
    for (const holder of holders) await ended(holder);
    const pipes = paths.map((path) => `${path}.pipe`);
    spawnSync("mkfifo", pipes);
    return new HungMounts(paths, [], pipes);
  }

  /** Asks the kernel, which holds a thread of the pool for each of these. */
  readonly ask: AskMount = async (path) => {
    const pipe = this.#pipes[this.paths.indexOf(path)];
    if (pipe !== undefined) await (await open(pipe, "r")).close();
    const holder = this.#holders[this.paths.indexOf(path)];
    return statfs(holder === undefined ? path : `/proc/${holder.pid}/root${path}`);
  };

  /** Lets every call return. */
  async release(): Promise<void> {
    for (const pipe of this.#pipes) closeSync(openSync(pipe, constants.O_RDWR));
    for (const holder of this.#holders) await ended(holder);
  }
}

async function mounted(path: string): Promise<ChildProcess | undefined> {
  const calls = callNumbers[process.arch];
  if (calls === undefined) return undefined;
  const holder = spawn("perl", ["-e", fuse, ...calls.map(String), path], { stdio: ["pipe", "pipe", "ignore"] });
  const said = once(holder.stdout, "data").then(([text]) => String(text));
  const gone = once(holder, "close").then(() => "");
  const told = await Promise.race([said, gone]).catch(() => "");
  return told === "mounted\n" ? holder : undefined;
}

async function ended(holder: ChildProcess): Promise<void> {
  if (holder.exitCode !== null) return;
  const exit = once(holder, "exit");
  holder.stdin?.end();
  await exit;
}
