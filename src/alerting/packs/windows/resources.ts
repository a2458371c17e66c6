import type { PackRule } from "../../../core/alerting/rule-pack.ts";
import { fillsUp, packetErrors } from "../shapes.ts";

const managerRunbook = {
  en: "Task Manager or `Get-Process | sort CPU -desc | select -first 10`: which process, and since when?",
  zh: "用任务管理器或 `Get-Process | sort CPU -desc | select -first 10` 看是哪个进程、从何时开始。",
};
const volumes = ['volume!~"HarddiskVolume.*"'];
const spaceRunbook = {
  en: "Disk Cleanup, old logs and dumps, the Windows Update cache (`DISM /Online /Cleanup-Image /StartComponentCleanup`)? Or grow the volume.",
  zh: "清理日志、转储和更新缓存（`DISM /Online /Cleanup-Image /StartComponentCleanup`），或扩容。",
};
const free = "windows_logical_disk_free_bytes";
const size = "windows_logical_disk_size_bytes";
const cableRunbook = {
  en: "`Get-NetAdapterStatistics`: cable, switch port, driver of the network card?",
  zh: "用 `Get-NetAdapterStatistics` 检查网线、交换机端口、网卡驱动。",
};

/** What a Windows machine has and uses: processor, memory, disks, network. */
export const resourceRules: Readonly<Record<string, PackRule>> = {
  WindowsCPUHighUsage: {
    title: { en: "Processor is busy", zh: "CPU 使用率高" },
    summary: {
      en: "{instance}: {percent} of the processor time is used (all but idle)",
      zh: "{instance}：CPU 使用率 {percent}（除 idle 之外的时间）",
    },
    runbook: managerRunbook,
    block: {
      kind: "ratio",
      of: "windows_cpu_time_total",
      of_matchers: ["mode=idle"],
      to: "windows_cpu_time_total",
      aggregate: "increase",
      without: ["core", "mode"],
      complement: true,
      above: { warning: "90%" },
      recover: "80%",
      for: "15m",
    },
  },
  WindowsProcessorQueue: {
    title: { en: "More work than processors", zh: "处理器队列过长" },
    summary: {
      en: "{instance}: {value} threads wait per processor",
      zh: "{instance}：每个处理器有 {value} 个线程在排队",
    },
    runbook: managerRunbook,
    block: {
      kind: "ratio",
      of: "windows_system_processor_queue_length",
      to: "windows_cpu_time_total",
      to_matchers: ["mode=idle"],
      to_combine: "count",
      without: ["core", "mode"],
      above: { warning: 2 },
      for: "15m",
    },
  },
  WindowsMemoryHighUtilization: {
    title: { en: "Memory is nearly used up", zh: "内存使用率高" },
    summary: {
      en: "{instance}: {percent} of the memory is used (1 - physical free / total)",
      zh: "{instance}：内存使用率 {percent}（1 - 物理空闲 / 总量）",
    },
    runbook: {
      en: "Task Manager, sorted by memory: which process grows? Restart it, or give the machine more.",
      zh: "任务管理器按内存排序，看哪个进程在增长；重启它或增加内存。",
    },
    block: {
      kind: "ratio",
      of: "windows_memory_physical_free_bytes",
      to: "windows_memory_physical_total_bytes",
      complement: true,
      above: { warning: "90%", critical: "97%" },
      recover: "85%",
      for: "15m",
    },
  },
  WindowsPagefileFull: {
    title: { en: "The page file is nearly full", zh: "页面文件接近用尽" },
    summary: {
      en: "{instance}: {percent} of the page file {file} is used (1 - free / limit)",
      zh: "{instance}：页面文件 {file} 已用 {percent}（1 - 空闲 / 上限）",
    },
    runbook: {
      en: "Find what takes the memory; a larger page file only gives time.",
      zh: "找出占用内存的进程；增大页面文件只能缓解。",
    },
    block: {
      kind: "ratio",
      of: "windows_pagefile_free_bytes",
      to: "windows_pagefile_limit_bytes",
      complement: true,
      above: { warning: "90%" },
      recover: "80%",
      for: "15m",
    },
  },
  WindowsDiskAlmostOutOfSpace: {
    title: { en: "A volume is nearly full", zh: "磁盘空间不足" },
    summary: {
      en: "{instance}: {percent} of {volume} is used (1 - free / size)",
      zh: "{instance}：{volume} 已用 {percent}（1 - 空闲 / 总量）",
    },
    runbook: spaceRunbook,
    block: {
      kind: "ratio",
      of: free,
      to: size,
      matchers: volumes,
      complement: true,
      above: { warning: "90%", critical: "97%" },
      recover: "88%",
      unless: { metric: "windows_logical_disk_readonly" },
      for: { warning: "15m", critical: "5m" },
    },
  },
  WindowsDiskFillingUp: {
    title: { en: "A volume fills up", zh: "磁盘即将写满" },
    summary: {
      en: "{instance}: {volume} is full in {duration} if it goes on like this",
      zh: "{instance}：按当前增长，{volume} 将在 {duration} 后写满",
    },
    runbook: spaceRunbook,
    block: { ...fillsUp, explains: false, metric: free, matchers: volumes, share_of: size },
  },
  WindowsDiskQueue: {
    title: { en: "Disk requests queue up", zh: "磁盘 IO 队列过长" },
    summary: {
      en: "{instance}: {value} requests wait for {volume} on average",
      zh: "{instance}：{volume} 平均有 {value} 个请求在排队",
    },
    runbook: {
      en: "Resource Monitor, tab Disk: which process reads or writes so much? A virus scan, a backup?",
      zh: "资源监视器的“磁盘”页看是哪个进程读写过多；是否为杀毒扫描或备份？",
    },
    block: {
      kind: "threshold",
      metric: "windows_logical_disk_requests_queued",
      matchers: volumes,
      above: { warning: 10 },
      for: "30m",
    },
  },
  WindowsNetworkReceiveErrors: {
    title: { en: "Packets arrive broken", zh: "网卡接收错误" },
    summary: {
      en: "{instance}: {percent} of the packets that {nic} receives are broken",
      zh: "{instance}：{nic} 接收的包有 {percent} 出错",
    },
    runbook: cableRunbook,
    block: packetErrors("windows_net_packets_received_errors_total", "windows_net_packets_received_total"),
  },
  WindowsNetworkTransmitErrors: {
    title: { en: "Packets cannot be sent", zh: "网卡发送错误" },
    summary: {
      en: "{instance}: {percent} of the packets that {nic} sends fail",
      zh: "{instance}：{nic} 发送的包有 {percent} 出错",
    },
    runbook: cableRunbook,
    block: packetErrors("windows_net_packets_outbound_errors_total", "windows_net_packets_sent_total"),
  },
};
