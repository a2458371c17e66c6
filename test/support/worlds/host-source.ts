import type { HostFacts } from "../../../src/core/ports/host-facts.ts";
import { systemHostFacts } from "../../../src/platform/host-facts.ts";
import type { Collected, CommandOutput, HostSource } from "../../../src/probes/host/collector.ts";
import { collectors } from "../../../src/probes/host/collectors/index.ts";
import { hostOptionsSchema } from "../../../src/probes/host/options.ts";

/** A Linux machine, as the runtime sees it. */
export const linuxFacts: HostFacts = {
  ...systemHostFacts,
  platform: () => "linux",
  uname: () => ({ sysname: "Linux", nodename: "web-1", release: "6.18.44", version: "#1 SMP", machine: "x86_64" }),
};

const someFacts = { sizeBytes: 1000, freeBytes: 600, availableBytes: 500, files: 100, filesFree: 40 };

/** Recorded files of a kernel: paths that begin with `proc/`, `sys/` or `root/`, and links under `sys/` (without it) or `proc/`. */
export type Recorded = Readonly<{
  files: Readonly<Record<string, string>>;
  links?: Readonly<Record<string, string>>;
  /** When the files on disks, whose paths begin with `stored/`, were written. */
  modifiedAtMs?: number;
  isStuck?: boolean;
  /** What programs write, by their command line; others are not on the machine. */
  commands?: Readonly<Record<string, string | CommandOutput>>;
}>;

/** A source of recorded kernel files. */
export function recordedSource({
  files,
  links = {},
  modifiedAtMs = 0,
  isStuck = false,
  commands = {},
}: Recorded): HostSource {
  return {
    startedAtMs: Date.UTC(2026, 10, 23, 2),
    signal: new AbortController().signal,
    facts: linuxFacts,
    filesystem(path) {
      if (isStuck) return Promise.resolve("stuck");
      const isThere = Object.keys(files).some((name) => name.startsWith(`stored${path}/`));
      return Promise.resolve(isThere ? someFacts : "error");
    },
    processIds: () => namesIn(Object.keys(files), "proc/").filter((name) => /^\d+$/.test(name)),
    stored: {
      find(pattern) {
        const [start, end] = pattern.split("*") as [string, string];
        const paths = Object.keys(files).map((name) => name.replace("stored", ""));
        const found = paths.filter((path) => path.startsWith(start) && path.endsWith(end)).sort();
        return Promise.resolve({
          ok: true,
          isComplete: true,
          files: found.map((path) => ({ path, sizeBytes: files[`stored${path}`]?.length ?? 0, modifiedAtMs })),
        });
      },
      text: (path) => Promise.resolve({ ok: true, value: files[`stored${path}`] ?? "" }),
    },
    proc: (path) => files[`proc/${path}`],
    net: (path) => files[`proc/1/net/${path}`] ?? files[`proc/net/${path}`],
    netHead: (path) => files[`proc/1/net/${path}`] ?? files[`proc/net/${path}`],
    procLink: (path) => links[`proc/${path}`],
    sys: (path) => files[`sys/${path}`],
    ofDevice: (device, file) => files[`sys/class/net/${device}/${file}`],
    ofProcess: (id, file) => files[`proc/${id}/${file}`],
    root: (path) => files[`root/${path}`],
    sysNames: (path) => namesIn(Object.keys(files), `sys/${path}/`),
    procNames: (path) => namesIn(Object.keys(files), `proc/${path}/`),
    command(...words) {
      const line = words.join(" ");
      const [, told] = Object.entries(commands).find(([start]) => line.startsWith(start)) ?? [];
      if (told === undefined) return Promise.resolve({ ok: false, isMissing: true, detail: "not there" });
      return Promise.resolve(typeof told === "string" ? { ok: true, stdout: told } : told);
    },
    sysLink: (path) => links[path],
  };
}

/** What one collector finds in these files with default options. */
export async function collect(name: string, recorded: Recorded, options: object = {}): Promise<Collected> {
  const collector = collectors.find((candidate) => candidate.name === name);
  if (collector === undefined) throw new Error(`no collector ${name}`);
  return await collector.open(hostOptionsSchema.parse(options))(recordedSource(recorded));
}

/** The samples as a scrape shows them, labels in alphabetical order; the reason where the collector fails. */
export async function scraped(name: string, recorded: Recorded, options: object = {}): Promise<readonly string[]> {
  const found = await collect(name, recorded, options);
  if (!found.ok) return [found.reason];
  return found.samples.map(({ metric, labels, value }) => {
    const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
    const text = pairs.map(([label, content]) => `${label}="${content}"`).join(",");
    return `${metric}${text === "" ? "" : `{${text}}`} ${value}`;
  });
}

function namesIn(paths: readonly string[], directory: string): readonly string[] {
  const below = paths.filter((path) => path.startsWith(directory)).map((path) => path.slice(directory.length));
  return [...new Set(below.map((path) => path.split("/")[0] ?? ""))].sort();
}
