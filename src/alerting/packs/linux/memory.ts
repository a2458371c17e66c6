import type { PackRule } from "../../../core/alerting/rule-pack.ts";

const memoryRunbook = {
  en: "`ps -eo pid,rss,comm --sort=-rss | head`: which process grows? Restart it or give it less; look for an OOM kill in `dmesg`.",
  zh: "用 `ps -eo pid,rss,comm --sort=-rss | head` 看哪个进程在增长，重启或限制它；用 `dmesg` 看是否发生过 OOM。",
};

/** Memory: what is left, paging, swap, the kernel's killer, pressure. */
export const memoryRules: Readonly<Record<string, PackRule>> = {
  NodeMemoryHighUtilization: {
    title: { en: "Memory is nearly used up", zh: "内存使用率高" },
    summary: {
      en: "{instance}: {percent} of the memory is used (1 - MemAvailable / MemTotal)",
      zh: "{instance}：内存使用率 {percent}（1 - MemAvailable / MemTotal）",
    },
    runbook: memoryRunbook,
    block: {
      kind: "ratio",
      of: "node_memory_MemAvailable_bytes",
      to: "node_memory_MemTotal_bytes",
      complement: true,
      above: { warning: "90%" },
      recover: "85%",
      for: "15m",
    },
  },
  NodeMemoryMajorPagesFaults: {
    title: { en: "Pages are read back from disk", zh: "主缺页过多" },
    summary: {
      en: "{instance}: {value} major page faults a second",
      zh: "{instance}：每秒 {value} 次主缺页（major page fault）",
    },
    runbook: memoryRunbook,
    block: {
      kind: "threshold",
      metric: "node_vmstat_pgmajfault",
      aggregate: "increase",
      per: "1s",
      above: { warning: 500 },
      for: "15m",
    },
  },
  NodeOOMKill: {
    title: { en: "The kernel killed a process for want of memory", zh: "内核因内存不足杀死进程（OOM）" },
    summary: {
      en: "{instance}: {value} processes were killed for want of memory in half an hour",
      zh: "{instance}：半小时内有 {value} 个进程因内存不足被杀死（OOM）",
    },
    runbook: {
      en: "`dmesg -T | grep -i 'killed process'`: which one, and is it running again? Then find what took the memory.",
      zh: "用 `dmesg -T | grep -i 'killed process'` 看是哪个进程、是否已恢复运行，再查是谁占用了内存。",
    },
    block: {
      kind: "threshold",
      metric: "node_vmstat_oom_kill",
      aggregate: "increase",
      window: "30m",
      above: { warning: 0 },
    },
  },
  NodePressureMemory: {
    title: { en: "Everything waits for memory", zh: "进程等待内存（PSI）" },
    summary: {
      en: "{instance}: all processes wait for memory {percent} of the time (pressure stall)",
      zh: "{instance}：{percent} 的时间里所有进程都在等待内存（PSI）",
    },
    runbook: memoryRunbook,
    block: {
      kind: "threshold",
      metric: "node_pressure_memory_stalled_seconds_total",
      aggregate: "increase",
      per: "1s",
      above: { warning: "10%", critical: "30%" },
      recover: "5%",
      for: "5m",
    },
  },
  NodeSwapFull: {
    title: { en: "Swap is nearly used up", zh: "交换空间使用率高" },
    summary: {
      en: "{instance}: {percent} of the swap space is used (1 - SwapFree / SwapTotal)",
      zh: "{instance}：交换空间使用率 {percent}（1 - SwapFree / SwapTotal）",
    },
    runbook: memoryRunbook,
    block: {
      kind: "ratio",
      of: "node_memory_SwapFree_bytes",
      to: "node_memory_SwapTotal_bytes",
      complement: true,
      above: { warning: "80%" },
      recover: "60%",
      for: "30m",
    },
  },
  NodeSwapping: {
    title: { en: "Memory is swapped out", zh: "频繁换出内存" },
    summary: {
      en: "{instance}: {value} pages a second are swapped out",
      zh: "{instance}：每秒换出 {value} 页",
    },
    runbook: memoryRunbook,
    block: {
      kind: "threshold",
      metric: "node_vmstat_pswpout",
      aggregate: "increase",
      per: "1s",
      window: "10m",
      above: { warning: 1000 },
      recover: 500,
      for: "15m",
    },
  },
  ContainerMemoryNearLimit: {
    title: { en: "A container's memory is nearly used up", zh: "容器内存接近上限" },
    summary: {
      en: "{instance}: {percent} of the memory limit of the container is used (working set / limit)",
      zh: "{instance}：容器内存上限已用 {percent}（工作集 / 上限）",
    },
    runbook: {
      en: "At the limit the kernel ends a process of it. Raise the limit, or find what grows.",
      zh: "达到上限时内核会终止其中的进程；调大上限，或找出增长的部分。",
    },
    block: {
      kind: "ratio",
      of: "container_memory_working_set_bytes",
      to: "container_spec_memory_limit_bytes",
      matchers: ["id=/"],
      above: { warning: "90%" },
      recover: "85%",
      for: "15m",
    },
  },
  ContainerCPUThrottled: {
    title: { en: "A container is throttled", zh: "容器 CPU 被限流" },
    summary: {
      en: "{instance}: the CPU quota held the container back in {percent} of the periods",
      zh: "{instance}：容器在 {percent} 的周期内被 CPU 配额限流",
    },
    runbook: {
      en: "Raise the CPU limit, or take work off it.",
      zh: "调大 CPU 上限，或减少负载。",
    },
    block: {
      kind: "ratio",
      of: "container_cpu_cfs_throttled_periods_total",
      to: "container_cpu_cfs_periods_total",
      matchers: ["id=/"],
      aggregate: "increase",
      window: "10m",
      above: { warning: "25%" },
      recover: "15%",
      min_volume: 100,
      for: "15m",
    },
  },
};
