import type { PackRule } from "../../../core/alerting/rule-pack.ts";
import { hasRestarted, heatRunbook, isGone, isHot, waitsForRestart } from "../shapes.ts";

const clockRunbook = {
  en: "`w32tm /query /status` and `w32tm /resync`: does it reach its time server?",
  zh: "用 `w32tm /query /status` 和 `w32tm /resync` 检查能否访问时间服务器。",
};
/** Set to start by themselves, and stop by themselves when they have nothing to do. */
const selfStopping =
  'name=~"(?i)(edgeupdate|gupdate|googleupdater.*|sppsvc|mapsbroker|wbiosrvc|tiledatamodelsvc|cdpsvc|remoteregistry|shellhwdetection|trustedinstaller|bits|wuauserv)"';

/** What a Windows machine is in: there, restarted, on time, its services and drives well. */
export const stateRules: Readonly<Record<string, PackRule>> = {
  WindowsDown: isGone("windows_system_boot_time_timestamp", {
    en: "Does it answer to ping and RDP? Look at the console of the provider or of the hypervisor; is the service windows_exporter (or Watchfire) running?",
    zh: "能否 ping 通、能否远程桌面？查看云控制台或虚拟化平台，检查 windows_exporter（或 Watchfire）服务。",
  }),
  WindowsNodeHasRebooted: hasRestarted("windows_system_boot_time_timestamp", {
    en: "Planned? If not: event log System, events 41, 1074 and 6008.",
    zh: "是否为计划内重启？若不是，查看系统事件日志 41、1074、6008。",
  }),
  WindowsRebootRequired: waitsForRestart("windows_reboot_required", {
    en: "Settings, Windows Update, or `Get-HotFix`; plan a maintenance window.",
    zh: "查看“设置 - Windows 更新”或 `Get-HotFix`，安排维护窗口重启。",
  }),
  WindowsServiceNotRunning: {
    title: { en: "A service does not run", zh: "服务未运行" },
    summary: {
      en: "{instance}: the service {name} starts by itself but does not run",
      zh: "{instance}：自动启动的服务 {name} 未在运行",
    },
    runbook: {
      en: "`Get-Service <name>`, event log System, source Service Control Manager: why did it end?",
      zh: "用 `Get-Service <服务名>` 和系统事件日志（Service Control Manager）查看退出原因。",
    },
    // The start mode `auto` is 1 for services that start by themselves and 0 for all others, which thus have no volume.
    block: {
      kind: "ratio",
      of: "windows_service_state",
      of_matchers: ["state=running"],
      to: "windows_service_start_mode",
      to_matchers: ["start_mode=auto"],
      without: ["state", "start_mode"],
      aggregate: "last",
      below: { warning: 1 },
      for: "5m",
      overrides: { "self-stopping": { matchers: [selfStopping], off: true } },
    },
  },
  WindowsDiskDriveNotHealthy: {
    title: { en: "A drive is not well", zh: "硬盘状态异常" },
    summary: { en: "{instance}: the drive {name} does not report OK", zh: "{instance}：硬盘 {name} 状态不是 OK" },
    runbook: {
      en: "`Get-PhysicalDisk`, `wmic diskdrive get status`: back up first, then replace it.",
      zh: "用 `Get-PhysicalDisk`、`wmic diskdrive get status` 确认；先备份，再更换。",
    },
    block: {
      kind: "threshold",
      metric: "windows_diskdrive_status",
      matchers: ["status=OK"],
      aggregate: "last",
      below: { critical: 1 },
      for: "5m",
    },
  },
  WindowsTemperatureHigh: {
    title: { en: "A thermal zone is hot", zh: "温度过高" },
    summary: { en: "{instance}: zone {name} has {value} °C", zh: "{instance}：温区 {name} 温度 {value} °C" },
    runbook: heatRunbook,
    block: isHot("windows_thermalzone_temperature_celsius"),
  },
  WindowsTimeOffset: {
    title: { en: "The clock is wrong", zh: "系统时钟偏移" },
    summary: { en: "{instance}: the clock is off by {duration}", zh: "{instance}：系统时钟偏差 {duration}" },
    runbook: clockRunbook,
    block: {
      kind: "threshold",
      metric: "windows_time_computed_time_offset_seconds",
      above: { warning: 1 },
      below: { warning: -1 },
      for: "5m",
    },
  },
  WindowsNTPClientDelay: {
    title: { en: "The time server answers slowly", zh: "时间服务器响应慢" },
    summary: {
      en: "{instance}: the time server answers after {duration}",
      zh: "{instance}：时间服务器往返延迟 {duration}",
    },
    runbook: clockRunbook,
    block: {
      kind: "threshold",
      explains: false,
      metric: "windows_time_ntp_round_trip_delay_seconds",
      above: { warning: 1 },
      for: "5m",
    },
  },
  WindowsCollectorFailed: {
    title: { en: "Something of a machine cannot be read", zh: "主机采集失败" },
    summary: {
      en: "{instance}: the collector {collector} fails",
      zh: "{instance}：采集器 {collector} 失败",
    },
    runbook: {
      en: "windows_exporter: event log Application. Watchfire itself: `watchfire probe host localhost` says why, mostly a PowerShell or a WMI that hangs. Rules about what it reads are silent meanwhile.",
      zh: "windows_exporter：查看应用程序事件日志；Watchfire 本机采集：`watchfire probe host localhost` 会说明原因，多为 PowerShell 或 WMI 卡死。在此期间依赖该采集器的规则不会告警。",
    },
    block: {
      kind: "threshold",
      explains: false,
      metric: "windows_exporter_collector_success",
      aggregate: "max",
      below: { info: 1 },
      for: "15m",
    },
  },
};
