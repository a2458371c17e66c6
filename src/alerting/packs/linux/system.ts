import type { PackRule } from "../../../core/alerting/rule-pack.ts";
import { hasRestarted, heatRunbook, isGone, isHot, waitsForRestart } from "../shapes.ts";

const clockRunbook = {
  en: "`chronyc tracking` or `timedatectl timesync-status`: is the service running, does it reach its servers (UDP 123)?",
  zh: "用 `chronyc tracking` 或 `timedatectl timesync-status` 检查时间同步服务是否运行、能否访问时间服务器（UDP 123）。",
};
const serviceRunbook = {
  en: "`systemctl status <unit>`, `journalctl -u <unit> -n 100`: why did it end? What changed last?",
  zh: "用 `systemctl status <服务>` 和 `journalctl -u <服务> -n 100` 查看退出原因，并与最近的变更对照。",
};

/** The machine as such: is it there, its clock, services, limits, heat. */
export const systemRules: Readonly<Record<string, PackRule>> = {
  NodeDown: isGone("node_load1", {
    en: "Does it answer to ping and SSH? Look at the console of the provider or of the hypervisor. Only its exporter is gone? `systemctl status node_exporter`.",
    zh: "能否 ping 通、能否 SSH？查看云控制台或虚拟化平台；若仅采集程序退出，检查 `systemctl status node_exporter`。",
  }),
  NodeRebooted: hasRestarted("node_boot_time_seconds", {
    en: "Planned? If not: `last -x | head`, `journalctl -b -1 -n 50` for what came before.",
    zh: "是否为计划内重启？若不是，用 `last -x | head` 和 `journalctl -b -1 -n 50` 查看重启前发生了什么。",
  }),
  NodeRebootRequired: waitsForRestart("node_reboot_required", {
    en: "`cat /run/reboot-required.pkgs`; plan a maintenance window.",
    zh: "查看 `cat /run/reboot-required.pkgs`，安排维护窗口重启。",
  }),
  NodeClockSkewDetected: {
    title: { en: "The clock is wrong", zh: "系统时钟偏移" },
    summary: { en: "{instance}: the clock is off by {duration}", zh: "{instance}：系统时钟偏差 {duration}" },
    runbook: clockRunbook,
    // 8 of 10 minutes: some virtual machines report 4.29 s for a moment.
    block: {
      kind: "threshold",
      metric: "node_timex_offset_seconds",
      aggregate: "last",
      window: "1m",
      above: { warning: 0.05 },
      below: { warning: -0.05 },
      k_of_n: { k: 8, n: 10 },
    },
  },
  NodeClockOffByNTP: {
    title: { en: "The clock drifts away from a time server", zh: "时钟偏离时间服务器" },
    summary: {
      en: "{check}: this machine's clock is off by {duration} from {instance}",
      zh: "{check}：本机时钟与 {instance} 相差 {duration}",
    },
    runbook: clockRunbook,
    // What an `ntp` check measures; it warns by itself from 100 ms on, so that this is the drift before that, and no second call.
    block: {
      kind: "threshold",
      metric: "probe_ntp_offset_seconds",
      aggregate: "last",
      window: "5m",
      above: { info: 0.05 },
      below: { info: -0.05 },
      k_of_n: { k: 8, n: 10 },
    },
  },
  NodeClockNotSynchronising: {
    title: { en: "The clock is not synchronised", zh: "系统时钟未同步" },
    summary: {
      en: "{instance}: the clock is not synchronised; it may be off by up to {duration}",
      zh: "{instance}：系统时钟未同步，最大误差 {duration}",
    },
    runbook: clockRunbook,
    block: {
      kind: "threshold",
      explains: false,
      metric: "node_timex_maxerror_seconds",
      aggregate: "min",
      above: { warning: 15.99 },
      unless: { metric: "node_timex_sync_status" },
      for: "10m",
    },
  },
  NodeFileDescriptorLimit: {
    title: { en: "Too many files are open", zh: "文件描述符接近上限" },
    summary: {
      en: "{instance}: {percent} of the file descriptors of the system are used",
      zh: "{instance}：系统文件描述符已用 {percent}",
    },
    runbook: {
      en: "`lsof -n | awk '{print $1,$2}' | sort | uniq -c | sort -n | tail`: which process leaks? `fs.file-max` gives time.",
      zh: "用 `lsof -n | awk '{print $1,$2}' | sort | uniq -c | sort -n | tail` 找出泄漏的进程；可先调大 `fs.file-max`。",
    },
    block: {
      kind: "ratio",
      of: "node_filefd_allocated",
      to: "node_filefd_maximum",
      above: { warning: "70%", critical: "90%" },
      recover: "65%",
      for: "15m",
    },
  },
  NodeSystemdServiceFailed: {
    title: { en: "A service has failed", zh: "systemd 服务失败" },
    summary: { en: "{instance}: the unit {name} has failed", zh: "{instance}：服务 {name} 处于失败状态" },
    runbook: serviceRunbook,
    block: {
      kind: "threshold",
      metric: "node_systemd_unit_state",
      matchers: ["state=failed"],
      aggregate: "last",
      above: { warning: 0 },
      for: "5m",
    },
  },
  NodeSystemdServiceCrashlooping: {
    title: { en: "A service restarts again and again", zh: "systemd 服务反复重启" },
    summary: {
      en: "{instance}: the unit {name} restarted {value} times in five minutes",
      zh: "{instance}：服务 {name} 五分钟内重启 {value} 次",
    },
    runbook: serviceRunbook,
    block: {
      kind: "threshold",
      metric: "node_systemd_service_restart_total",
      aggregate: "increase",
      above: { warning: 2 },
      for: "15m",
    },
  },
  NodeProcessGone: {
    title: { en: "A watched process is gone", zh: "被监视的进程消失" },
    summary: { en: "{instance}: no process of {groupname} runs", zh: "{instance}：{groupname} 没有进程在运行" },
    runbook: {
      en: "`systemctl status`, `journalctl -n 100`, `dmesg | grep -i kill`: why did it end? Start it.",
      zh: "用 `systemctl status`、`journalctl -n 100`、`dmesg | grep -i kill` 查看退出原因并重新启动。",
    },
    block: {
      kind: "threshold",
      metric: "namedprocess_namegroup_num_procs",
      aggregate: "max",
      window: "2m",
      below: { critical: 1 },
      for: "1m",
    },
  },
  NodeGPUHot: {
    title: { en: "A GPU is hot", zh: "GPU 温度过高" },
    summary: { en: "{instance}: GPU {uuid} has {value} °C", zh: "{instance}：GPU {uuid} 温度 {value} °C" },
    runbook: heatRunbook,
    block: {
      kind: "threshold",
      metric: "nvidia_smi_temperature_gpu",
      above: { warning: 88, critical: 95 },
      recover: 83,
      for: "5m",
    },
  },
  NodeHungTasks: {
    title: { en: "Processes hang in the kernel", zh: "内核任务挂起" },
    summary: {
      en: "{instance}: {value} tasks hung in the kernel for minutes",
      zh: "{instance}：有 {value} 个内核任务长时间挂起",
    },
    runbook: {
      en: "`dmesg -T | grep 'blocked for more than'`: mostly a disk or a network mount that does not answer.",
      zh: "用 `dmesg -T | grep 'blocked for more than'` 查看，多为磁盘或网络挂载无响应。",
    },
    block: {
      kind: "threshold",
      metric: "node_kernel_hung_tasks",
      aggregate: "increase",
      window: "15m",
      above: { warning: 0 },
    },
  },
  NodeTemperatureHigh: {
    title: { en: "A sensor is hot", zh: "温度过高" },
    summary: { en: "{instance}: {chip} {sensor} has {value} °C", zh: "{instance}：{chip} {sensor} 温度 {value} °C" },
    runbook: heatRunbook,
    block: isHot("node_hwmon_temp_celsius"),
  },
  NodeThermalZoneHigh: {
    title: { en: "A thermal zone is hot", zh: "温区温度过高" },
    summary: {
      en: "{instance}: zone {zone} ({type}) has {value} °C",
      zh: "{instance}：温区 {zone}（{type}）温度 {value} °C",
    },
    runbook: heatRunbook,
    block: isHot("node_thermal_zone_temp"),
  },
  NodeTextFileCollectorScrapeError: {
    title: { en: "A textfile of metrics cannot be read", zh: "textfile 采集失败" },
    summary: {
      en: "{instance}: the textfile collector cannot read its files",
      zh: "{instance}：textfile 采集器无法读取文件",
    },
    runbook: {
      en: "`journalctl -u node_exporter | grep textfile`, or `watchfire probe host localhost`: which file, which line?",
      zh: "用 `journalctl -u node_exporter | grep textfile` 或 `watchfire probe host localhost` 查看是哪个文件、哪一行。",
    },
    block: {
      kind: "threshold",
      explains: false,
      metric: "node_textfile_scrape_error",
      aggregate: "last",
      above: { warning: 0 },
    },
  },
};
