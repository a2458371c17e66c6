import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { KernelFiles } from "../../core/ports/files.ts";
import type { HostSource } from "./collector.ts";
import type { HostOptions } from "./options.ts";
import { runCommand } from "./run-command.ts";

const mostNames = 1000;
const mostProcesses = 10_000;
const headBytes = 64 * 1024;

/** What one reading of the machine has to go by. */
export type Reading = Readonly<{ context: ProbeContext; io: ProbeIo; options: HostOptions; kernel: KernelFiles }>;

/** The machine as collectors see it in one run. */
export function linuxSource({ context, io, options, kernel }: Reading): HostSource {
  const known = new Map<string, string | undefined>();
  const read = (path: string): string | undefined => {
    if (!known.has(path)) known.set(path, kernel.read(path));
    return known.get(path);
  };
  const below = options.rootfs === "/" ? "" : options.rootfs;
  const ofDevice = deviceReader(read, `${options.sysfs}/class/net`, { io, kernel });
  return {
    startedAtMs: context.startedAtMs,
    signal: context.signal,
    facts: io.hostFacts,
    filesystem: (path) => untilAborted(io.files.filesystem(path), context.signal),
    proc: (path) => read(`${options.procfs}/${path}`),
    net: (path) => read(`${options.procfs}/1/net/${path}`) ?? read(`${options.procfs}/net/${path}`),
    netHead: (path) =>
      io.files.readKernelFile(`${options.procfs}/1/net/${path}`, headBytes) ??
      io.files.readKernelFile(`${options.procfs}/net/${path}`, headBytes),
    procLink: (path) => io.files.kernelLinkText(`${options.procfs}/${path}`),
    sys: (path) => read(`${options.sysfs}/${path}`),
    ofDevice,
    ofProcess: (id, file) => io.files.readKernelFile(`${options.procfs}/${id}/${file}`),
    root: (path) => io.files.readKernelFile(`${below}/${path}`),
    processIds: () =>
      io.files
        .listKernelDirectory(options.procfs)
        .filter((name) => /^\d+$/.test(name))
        .slice(0, mostProcesses),
    procNames: (path) => io.files.listKernelDirectory(`${options.procfs}/${path}`),
    command: (program, ...args) => runCommand(io.programs, program, args, context.signal),
    // Asked for only where a directory of text files is configured.
    get stored() {
      return io.storedFiles;
    },
    sysNames: (path) => io.files.listKernelDirectory(`${options.sysfs}/${path}`).slice(0, mostNames),
    sysLink: (path) => io.files.kernelLink(`${options.sysfs}/${path}`),
  };
}

type Ports = Readonly<{ io: ProbeIo; kernel: KernelFiles }>;

/** A device keeps its open files when it is renamed: by its index, read anew, another of that name is known. */
function deviceReader(
  read: (path: string) => string | undefined,
  directory: string,
  { io, kernel }: Ports,
): HostSource["ofDevice"] {
  const checked = new Set<string>();
  return (device, file) => {
    const own = `${directory}/${device}`;
    if (!checked.has(device)) {
      checked.add(device);
      if (io.files.readKernelFile(`${own}/ifindex`) !== kernel.read(`${own}/ifindex`)) kernel.forget(own);
    }
    return read(`${own}/${file}`);
  };
}

type FilesystemAnswer = Awaited<ReturnType<HostSource["filesystem"]>>;

function untilAborted(asked: Promise<FilesystemAnswer>, signal: AbortSignal): Promise<FilesystemAnswer> {
  if (signal.aborted) return Promise.resolve("stuck");
  return new Promise((resolve) => {
    const giveUp = (): void => resolve("stuck");
    signal.addEventListener("abort", giveUp, { once: true });
    void asked.then((answer) => {
      signal.removeEventListener("abort", giveUp);
      resolve(answer);
    });
  });
}
