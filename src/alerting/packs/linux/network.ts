import type { PackRule } from "../../../core/alerting/rule-pack.ts";
import { packetErrors } from "../shapes.ts";

const cableRunbook = {
  en: "`ip -s link show <device>`, `ethtool -S <device>`: cable, transceiver, duplex, a full ring buffer?",
  zh: "用 `ip -s link show <网卡>` 和 `ethtool -S <网卡>` 检查网线、光模块、双工模式、环形缓冲区。",
};

/** Network: errors, drops, tables and queues that are full, bonds. */
export const networkRules: Readonly<Record<string, PackRule>> = {
  NodeNetworkReceiveErrs: {
    title: { en: "Packets arrive broken", zh: "网卡接收错误" },
    summary: {
      en: "{instance}: {percent} of the packets that {device} receives are broken",
      zh: "{instance}：{device} 接收的包有 {percent} 出错",
    },
    runbook: cableRunbook,
    block: packetErrors("node_network_receive_errs_total", "node_network_receive_packets_total"),
  },
  NodeNetworkTransmitErrs: {
    title: { en: "Packets cannot be sent", zh: "网卡发送错误" },
    summary: {
      en: "{instance}: {percent} of the packets that {device} sends fail",
      zh: "{instance}：{device} 发送的包有 {percent} 出错",
    },
    runbook: cableRunbook,
    block: packetErrors("node_network_transmit_errs_total", "node_network_transmit_packets_total"),
  },
  NodeNetworkReceiveDrops: {
    title: { en: "Packets that arrive are dropped", zh: "网卡接收丢包" },
    summary: {
      en: "{instance}: {device} drops {percent} of the packets that it receives",
      zh: "{instance}：{device} 丢弃了 {percent} 的接收包",
    },
    runbook: cableRunbook,
    block: {
      kind: "ratio",
      aggregate: "increase",
      of: "node_network_receive_drop_total",
      to: "node_network_receive_packets_total",
      window: "10m",
      above: { warning: "2%" },
      min_volume: 10_000,
      for: "15m",
    },
  },
  NodeHighNumberConntrackEntriesUsed: {
    title: { en: "The connection table is nearly full", zh: "连接跟踪表接近上限" },
    summary: {
      en: "{instance}: {percent} of the connection table is used; when it is full, new connections are dropped",
      zh: "{instance}：连接跟踪表已用 {percent}，满后新连接会被丢弃",
    },
    runbook: {
      en: "Raise `net.netfilter.nf_conntrack_max`; `conntrack -S`, `conntrack -L | awk '{print $1,$4}' | sort | uniq -c`: who opens so many?",
      zh: "调大 `net.netfilter.nf_conntrack_max`；用 `conntrack -S`、`conntrack -L` 查是谁建立了大量连接。",
    },
    block: {
      kind: "ratio",
      of: "node_nf_conntrack_entries",
      to: "node_nf_conntrack_entries_limit",
      above: { warning: "75%", critical: "90%" },
      recover: "70%",
    },
  },
  NodeTCPListenOverflows: {
    title: { en: "Connections are refused: a listen queue is full", zh: "监听队列溢出" },
    summary: {
      en: "{instance}: {value} connections a second find the listen queue full",
      zh: "{instance}：每秒有 {value} 个连接因监听队列已满被丢弃",
    },
    runbook: {
      en: "`ss -ltn`: where does Recv-Q reach Send-Q? That service accepts too slowly, or its backlog (and `net.core.somaxconn`) is too small.",
      zh: "用 `ss -ltn` 看哪个端口的 Recv-Q 达到 Send-Q：该服务处理过慢，或 backlog / `net.core.somaxconn` 过小。",
    },
    block: {
      kind: "threshold",
      metric: "node_netstat_TcpExt_ListenOverflows",
      aggregate: "increase",
      per: "1s",
      above: { warning: 1 },
      for: "5m",
    },
  },
  NodeBondingDegraded: {
    title: { en: "A bond lacks a link", zh: "网卡绑定降级" },
    summary: {
      en: "{instance}: only {percent} of the links of {master} are active",
      zh: "{instance}：{master} 只有 {percent} 的链路可用",
    },
    runbook: {
      en: "`cat /proc/net/bonding/<bond>`: which link is down? Cable, switch port, network card.",
      zh: "用 `cat /proc/net/bonding/<bond>` 看哪条链路断开，检查网线、交换机端口和网卡。",
    },
    block: {
      kind: "ratio",
      of: "node_bonding_active",
      to: "node_bonding_slaves",
      aggregate: "last",
      below: { warning: 1 },
      for: "5m",
    },
  },
};
