import type { Sample } from "../../../core/checks/metric.ts";
import { absent, type Collector, collected, counter, gauge, type HostSource, numberOf, sample } from "../collector.ts";

const own = { labels: ["id"], history: true };
const cpuSeconds = counter("container_cpu_usage_seconds_total", "Cumulative cpu time consumed in seconds.", own);
const quota = gauge("container_spec_cpu_quota", "CPU quota of the container.", own);
const period = gauge("container_spec_cpu_period", "CPU period of the container.", own);
const periods = counter("container_cpu_cfs_periods_total", "Number of elapsed enforcement period intervals.", own);
const throttled = counter("container_cpu_cfs_throttled_periods_total", "Number of throttled period intervals.", own);
const throttledSeconds = counter(
  "container_cpu_cfs_throttled_seconds_total",
  "Total time duration the container has been throttled.",
  own,
);
const memoryUsage = gauge("container_memory_usage_bytes", "Current memory usage in bytes, including all memory.", own);
const workingSet = gauge("container_memory_working_set_bytes", "Current working set in bytes.", own);
const memoryLimit = gauge("container_spec_memory_limit_bytes", "Memory limit for the container.", own);
const oomEvents = counter(
  "container_oom_events_total",
  "Count of out of memory events observed for the container",
  own,
);

/** What v1 shows where nothing is limited. */
const unlimitedBytes = 2 ** 62;

type Facts = Readonly<{
  cpuSeconds: number | undefined;
  quota: number | undefined;
  period: number | undefined;
  periods: number | undefined;
  throttled: number | undefined;
  throttledSeconds: number | undefined;
  memoryUsage: number | undefined;
  inactiveFile: number | undefined;
  memoryLimit: number | undefined;
  oomEvents: number | undefined;
}>;

/** Use and limits of the container that the daemon runs in, under cadvisor's names; absent outside of one. */
export const cgroup: Collector = {
  name: "cgroup",
  metrics: [
    cpuSeconds,
    quota,
    period,
    periods,
    throttled,
    throttledSeconds,
    memoryUsage,
    workingSet,
    memoryLimit,
    oomEvents,
  ],
  open: () => (source) => {
    const facts = unified(source) ?? legacy(source);
    return facts === undefined ? absent("limits of a control group") : collected(samplesOf(facts));
  },
};

/** The root of all groups has no such file: then this is no container's own view. */
function unified(source: HostSource): Facts | undefined {
  const limit = source.sys("fs/cgroup/memory.max");
  if (limit === undefined) return undefined;
  const stat = fieldsOf(source.sys("fs/cgroup/cpu.stat"));
  const [quotaText, periodText] = source.sys("fs/cgroup/cpu.max")?.trim().split(" ") ?? [];
  return {
    cpuSeconds: scaled(stat.get("usage_usec"), 1e-6),
    quota: numberOf(quotaText),
    period: numberOf(periodText),
    periods: stat.get("nr_periods"),
    throttled: stat.get("nr_throttled"),
    throttledSeconds: scaled(stat.get("throttled_usec"), 1e-6),
    memoryUsage: numberOf(source.sys("fs/cgroup/memory.current")),
    inactiveFile: fieldsOf(source.sys("fs/cgroup/memory.stat")).get("inactive_file"),
    memoryLimit: numberOf(limit),
    oomEvents: fieldsOf(source.sys("fs/cgroup/memory.events")).get("oom_kill"),
  };
}

/** The root of all groups has the same files; what tells it is that nothing is limited. */
function legacy(source: HostSource): Facts | undefined {
  const limit = numberOf(source.sys("fs/cgroup/memory/memory.limit_in_bytes"));
  const quotaNow = numberOf(source.sys("fs/cgroup/cpu/cpu.cfs_quota_us"));
  const isMemoryLimited = limit !== undefined && limit < unlimitedBytes;
  const isCpuLimited = quotaNow !== undefined && quotaNow > 0;
  if (!isMemoryLimited && !isCpuLimited) return undefined;
  const stat = fieldsOf(source.sys("fs/cgroup/cpu/cpu.stat"));
  return {
    cpuSeconds: scaled(numberOf(source.sys("fs/cgroup/cpuacct/cpuacct.usage")), 1e-9),
    quota: isCpuLimited ? quotaNow : undefined,
    period: numberOf(source.sys("fs/cgroup/cpu/cpu.cfs_period_us")),
    periods: stat.get("nr_periods"),
    throttled: stat.get("nr_throttled"),
    throttledSeconds: scaled(stat.get("throttled_time"), 1e-9),
    memoryUsage: numberOf(source.sys("fs/cgroup/memory/memory.usage_in_bytes")),
    inactiveFile: fieldsOf(source.sys("fs/cgroup/memory/memory.stat")).get("total_inactive_file"),
    memoryLimit: isMemoryLimited ? limit : undefined,
    oomEvents: fieldsOf(source.sys("fs/cgroup/memory/memory.oom_control")).get("oom_kill"),
  };
}

function samplesOf(facts: Facts): readonly Sample[] {
  const { memoryUsage: usage, inactiveFile } = facts;
  const values = [
    [cpuSeconds, facts.cpuSeconds],
    [quota, facts.quota],
    [period, facts.period],
    [periods, facts.periods],
    [throttled, facts.throttled],
    [throttledSeconds, facts.throttledSeconds],
    [memoryUsage, usage],
    [workingSet, usage === undefined ? undefined : Math.max(0, usage - (inactiveFile ?? 0))],
    [memoryLimit, facts.memoryLimit],
    [oomEvents, facts.oomEvents],
  ] as const;
  return values.flatMap(([{ name }, value]) => (value === undefined ? [] : [sample(name, value, { id: "/" })]));
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value * by;
}

/** Lines of a name and a number. */
function fieldsOf(text: string | undefined): ReadonlyMap<string, number> {
  const found = (text ?? "").matchAll(/^(\w+) (\d+)$/gm);
  return new Map([...found].map(([, name = "", value]) => [name, Number(value)]));
}
