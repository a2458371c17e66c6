import type { PackRule } from "../../../core/alerting/rule-pack.ts";

const time = {
  kind: "ratio",
  of: "node_cpu_seconds_total",
  to: "node_cpu_seconds_total",
  aggregate: "increase",
  without: ["cpu", "mode"],
};
const busyRunbook = {
  en: "`top` (press 1) and `ps -eo pid,pcpu,comm --sort=-pcpu | head`: which process, and since when? Compare with the last change.",
  zh: "用 `top`（按 1）和 `ps -eo pid,pcpu,comm --sort=-pcpu | head` 看是哪个进程、从何时开始，并与最近的变更对照。",
};

/** Processor: use, load, time that the hypervisor or the disks take, pressure. */
export const cpuRules: Readonly<Record<string, PackRule>> = {
  NodeCPUHighUsage: {
    title: { en: "Processor is busy", zh: "CPU 使用率高" },
    summary: {
      en: "{instance}: {percent} of the processor time is used (all but idle and iowait)",
      zh: "{instance}：CPU 使用率 {percent}（除 idle 和 iowait 之外的时间）",
    },
    runbook: busyRunbook,
    block: {
      ...time,
      of_matchers: ['mode=~"idle|iowait"'],
      complement: true,
      above: { info: "90%" },
      recover: "80%",
      for: "15m",
    },
  },
  NodeSystemSaturation: {
    title: { en: "More work than processors", zh: "系统负载过高" },
    summary: {
      en: "{instance}: load is {value} per processor",
      zh: "{instance}：每个 CPU 的负载为 {value}",
    },
    runbook: {
      en: "`vmstat 1`: is r high (processor) or b (disk)? Then `top`, or `iotop`.",
      zh: "用 `vmstat 1` 看 r 高（CPU）还是 b 高（磁盘），再用 `top` 或 `iotop` 找进程。",
    },
    block: {
      kind: "ratio",
      of: "node_load1",
      to: "node_cpu_seconds_total",
      to_matchers: ["mode=idle"],
      to_combine: "count",
      without: ["cpu", "mode"],
      above: { warning: 2 },
      for: "15m",
    },
  },
  NodeCPUSteal: {
    title: { en: "Processor time is stolen", zh: "CPU 被宿主机抢占" },
    summary: {
      en: "{instance}: {percent} of the processor time goes to other machines of the same host",
      zh: "{instance}：{percent} 的 CPU 时间被同一宿主机上的其他虚拟机占用（steal）",
    },
    runbook: {
      en: "Nothing inside the machine helps. Ask the provider, move it to another host, or take a kind of machine with whole processors.",
      zh: "机器内部无法解决：联系云厂商、迁移宿主机，或更换为独享型规格（突发性能实例检查 CPU 积分）。",
    },
    block: {
      ...time,
      of_matchers: ["mode=steal"],
      window: "10m",
      above: { warning: "10%", critical: "30%" },
      recover: "5%",
      for: { warning: "10m", critical: "5m" },
    },
  },
  NodeCPUIOWait: {
    title: { en: "Processors wait for disks", zh: "CPU 等待磁盘" },
    summary: {
      en: "{instance}: processors wait for disks {percent} of the time",
      zh: "{instance}：CPU 有 {percent} 的时间在等待磁盘（iowait）",
    },
    runbook: {
      en: "`iostat -x 1`: which device, reads or writes? `iotop -o`: which process? Is the disk failing (`dmesg`)?",
      zh: "用 `iostat -x 1` 看哪块盘、读还是写，`iotop -o` 看进程，`dmesg` 看磁盘是否有故障。",
    },
    block: {
      ...time,
      of_matchers: ["mode=iowait"],
      window: "10m",
      above: { warning: "40%" },
      recover: "20%",
      for: "10m",
    },
  },
  NodePressureCPU: {
    title: { en: "Processes wait for a processor", zh: "进程等待 CPU（PSI）" },
    summary: {
      en: "{instance}: some process waits for a processor {percent} of the time (pressure stall)",
      zh: "{instance}：{percent} 的时间里有进程在等待 CPU（PSI）",
    },
    runbook: busyRunbook,
    block: {
      kind: "threshold",
      metric: "node_pressure_cpu_waiting_seconds_total",
      aggregate: "increase",
      per: "1s",
      window: "10m",
      above: { warning: "60%" },
      recover: "40%",
      for: "15m",
    },
  },
};
