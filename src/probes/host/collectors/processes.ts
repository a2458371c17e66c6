import type { Sample } from "../../../core/checks/metric.ts";
import { type Collector, collected, gauge, type HostSource, numberOf, sample, unreadable } from "../collector.ts";

const threads = gauge("node_processes_threads", "Allocated threads in system");
const mostThreads = gauge("node_processes_max_threads", "Limit of threads in the system");
const states = gauge("node_processes_state", "Number of processes in each state.", { labels: ["state"] });
const pids = gauge("node_processes_pids", "Number of PIDs");
const mostPids = gauge("node_processes_max_processes", "Number of max PIDs limit");
const limits = [
  ["sys/kernel/threads-max", mostThreads],
  ["sys/kernel/pid_max", mostPids],
] as const;

/** Processes by state and their threads; it reads one file per process, and is therefore off by default. */
export const processes: Collector = {
  name: "processes",
  metrics: [threads, mostThreads, states, pids, mostPids],
  open: () => (source) => {
    const found = source.processIds().flatMap((id) => processOf(source, id));
    if (found.length === 0) return unreadable("the list of processes");
    const byState = new Map<string, number>();
    for (const { state } of found) byState.set(state, (byState.get(state) ?? 0) + 1);
    return collected([
      sample(pids.name, found.length),
      sample(
        threads.name,
        found.reduce((sum, one) => sum + one.threads, 0),
      ),
      ...[...byState].map(([state, count]) => sample(states.name, count, { state })),
      ...limits.flatMap(([path, family]): readonly Sample[] => {
        const limit = numberOf(source.proc(path));
        return limit === undefined ? [] : [sample(family.name, limit)];
      }),
    ]);
  },
};

const threadColumn = 17;

/** The name stands in parentheses and may hold anything; a process that has ended meanwhile has no file. */
function processOf(source: HostSource, id: string): readonly Readonly<{ state: string; threads: number }>[] {
  const text = source.ofProcess(id, "stat") ?? "";
  const [state = "", ...fields] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const count = Number(fields[threadColumn - 1]);
  return /^[A-Za-z]$/.test(state) && Number.isInteger(count) ? [{ state, threads: count }] : [];
}
