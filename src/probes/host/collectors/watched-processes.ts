import type { WatchedProcess } from "../../../core/checks/host-options.ts";
import type { Sample } from "../../../core/checks/metric.ts";
import { type Collector, collected, counter, gauge, type HostSource, numberOf, sample } from "../collector.ts";
import { type IdsByPort, idsOfPorts, SocketOwners } from "./socket-owners.ts";

const labels = ["groupname"];
const kept = { labels, history: true };
const count = gauge("namedprocess_namegroup_num_procs", "number of processes in this group", kept);
const cpu = counter("namedprocess_namegroup_cpu_seconds_total", "Cpu user usage in seconds", {
  labels: ["groupname", "mode"],
  history: true,
});
const memory = gauge("namedprocess_namegroup_memory_bytes", "number of bytes of memory in use", {
  labels: ["groupname", "memtype"],
  history: true,
});
const threads = gauge("namedprocess_namegroup_num_threads", "Number of threads", { labels });
const files = gauge("namedprocess_namegroup_open_filedesc", "number of open file descriptors for this group", kept);
const started = gauge(
  "namedprocess_namegroup_oldest_start_time_seconds",
  "start time in seconds since 1970/01/01 of oldest process in group",
  kept,
);
const ticksPerSecond = 100;
/** The kernel keeps so much of a name. */
const keptCharacters = 15;
const mostFiles = 10_000;

type Facts = Readonly<{
  id: string;
  name: string;
  userTicks: number;
  systemTicks: number;
  threads: number;
  startTicks: number;
  virtualBytes: number;
}>;
/** Time that a group has used, also of processes that have ended; known processes by id and start. */
type Used = { userTicks: number; systemTicks: number; known: Map<string, Facts> };

/** Families of a group of processes, on Linux and on Windows. */
export const groupMetrics = { count, cpu, memory, threads, started } as const;

/** Number, time, memory and start of the processes that the options name, under process-exporter's names; a restart is a new start time. */
export const watchedProcesses: Collector = {
  name: "watched_processes",
  metrics: [count, cpu, memory, threads, files, started],
  open({ watched_processes: watched }) {
    const used = new Map<string, Used>();
    const owners = new SocketOwners();
    const groups = Object.entries(watched);
    const ports = groups.flatMap(([, wanted]) => (wanted.kind === "port" ? [wanted.port] : []));
    return (source) => {
      if (groups.length === 0) return { ok: true, samples: [] };
      const needsAll = groups.some(([, { kind }]) => kind === "name");
      const seen = {
        all: needsAll ? source.processIds().flatMap((id) => factsOf(source, id) ?? []) : [],
        idsByPort: idsOfPorts(ports, owners, source),
        source,
      };
      return collected(
        groups.flatMap(([groupname, wanted]) => {
          const found = processesOf(wanted, seen);
          if (found === "unseen") return [sample(count.name, 1, { groupname })];
          const group = used.get(groupname) ?? { userTicks: 0, systemTicks: 0, known: new Map() };
          used.set(groupname, group);
          addUse(group, found);
          return samplesOf(groupname, found, group, source);
        }),
      );
    };
  },
};

/** What one reading of the machine knows of processes. */
type Seen = Readonly<{ all: readonly Facts[]; idsByPort: IdsByPort; source: HostSource }>;

/** `unseen`: somebody listens on the port, and who it is cannot be seen, or not yet. */
function processesOf(wanted: WatchedProcess, { all, idsByPort, source }: Seen): readonly Facts[] | "unseen" {
  if (wanted.kind === "name") return all.filter(({ name }) => name === wanted.name.slice(0, keptCharacters));
  const ids = wanted.kind === "port" ? (idsByPort.get(wanted.port) ?? []) : idsIn(wanted, source);
  return ids === "unseen" ? ids : ids.flatMap((id) => factsOf(source, id) ?? []);
}

function idsIn(wanted: Exclude<WatchedProcess, { kind: "port" | "name" }>, source: HostSource): readonly string[] {
  const ids = wanted.kind === "pid_file" ? source.root(wanted.path.slice(1)) : idsOfUnit(wanted.unit, source);
  return (ids ?? "").split(/\s+/).filter((id) => /^\d+$/.test(id));
}

/** Of both kinds of hierarchies. */
function idsOfUnit(unit: string, source: HostSource): string | undefined {
  return ["fs/cgroup", "fs/cgroup/systemd", "fs/cgroup/unified"]
    .map((root) => source.sys(`${root}/system.slice/${unit}/cgroup.procs`))
    .find((ids) => ids !== undefined);
}

/** The name stands in parentheses and may hold anything. @see proc_pid_stat(5) */
function factsOf(source: HostSource, id: string): Facts | undefined {
  const text = source.ofProcess(id, "stat");
  if (text === undefined) return undefined;
  const end = text.lastIndexOf(")");
  // From the third field of the manual on.
  const field = (number: number): number => Number(fields[number - 3]);
  const fields = text.slice(end + 2).split(" ");
  const facts = {
    id,
    name: text.slice(text.indexOf("(") + 1, end),
    userTicks: field(14),
    systemTicks: field(15),
    threads: field(20),
    startTicks: field(22),
    virtualBytes: field(23),
  };
  return fields[0] !== "Z" && Number.isFinite(facts.virtualBytes) && Number.isFinite(facts.userTicks)
    ? facts
    : undefined;
}

function addUse(group: Used, found: readonly Facts[]): void {
  const known = new Map<string, Facts>();
  for (const facts of found) {
    const key = `${facts.id} ${facts.startTicks}`;
    const before = group.known.get(key);
    group.userTicks += Math.max(0, facts.userTicks - (before?.userTicks ?? 0));
    group.systemTicks += Math.max(0, facts.systemTicks - (before?.systemTicks ?? 0));
    known.set(key, facts);
  }
  group.known = known;
}

function samplesOf(groupname: string, found: readonly Facts[], group: Used, source: HostSource): readonly Sample[] {
  const total = (of: (facts: Facts) => number): number => found.reduce((sum, facts) => sum + of(facts), 0);
  const always = [
    sample(count.name, found.length, { groupname }),
    sample(cpu.name, group.userTicks / ticksPerSecond, { groupname, mode: "user" }),
    sample(cpu.name, group.systemTicks / ticksPerSecond, { groupname, mode: "system" }),
  ];
  if (found.length === 0) return always;
  const booted = numberOf(/^btime (\d+)$/m.exec(source.proc("stat") ?? "")?.[1]);
  const oldest = Math.min(...found.map(({ startTicks }) => startTicks)) / ticksPerSecond;
  const open = found.map(({ id }) => source.procNames(`${id}/fd`).slice(0, mostFiles).length);
  return [
    ...always,
    sample(
      threads.name,
      total((facts) => facts.threads),
      { groupname },
    ),
    sample(
      memory.name,
      total(({ virtualBytes }) => virtualBytes),
      { groupname, memtype: "virtual" },
    ),
    sample(
      memory.name,
      total(({ id }) => residentBytes(source, id)),
      { groupname, memtype: "resident" },
    ),
    ...(booted === undefined ? [] : [sample(started.name, booted + oldest, { groupname })]),
    // Of a process of somebody else none can be seen, and there is none that has none at all.
    ...(open.every((number) => number > 0)
      ? [
          sample(
            files.name,
            open.reduce((sum, number) => sum + number, 0),
            { groupname },
          ),
        ]
      : []),
  ];
}

function residentBytes(source: HostSource, id: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(source.ofProcess(id, "status") ?? "")?.[1] ?? 0) * 1024;
}
