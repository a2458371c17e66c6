import type { PackRule } from "../../core/alerting/rule-pack.ts";

/** Conditions that machines of every system have: said and judged alike, of series and with hints of the system's own. */

type Block = PackRule["block"];
type Runbook = PackRule["runbook"];

/** The machine has sent nothing for five minutes; one that was never there is not missed. */
export function isGone(metric: string, runbook: Runbook): PackRule {
  return {
    title: { en: "A machine sends nothing", zh: "主机失联" },
    summary: { en: "{instance} has sent no data for five minutes", zh: "{instance} 已五分钟没有数据" },
    runbook,
    block: { kind: "absence", metric, severity: "critical", for: "5m", never_seen: "ignore", forget_after: "3d" },
  };
}

/** The machine started less than ten minutes ago. */
export function hasRestarted(metric: string, runbook: Runbook): PackRule {
  return {
    title: { en: "A machine has restarted", zh: "主机重启" },
    summary: { en: "{instance} started {duration} ago", zh: "{instance} 在 {duration} 前启动" },
    runbook,
    block: { kind: "threshold", metric, aggregate: "last", read_as: "time_since", below: { info: "10m" } },
  };
}

/** Updates wait for a restart. */
export function waitsForRestart(metric: string, runbook: Runbook): PackRule {
  return {
    title: { en: "A machine waits for a restart", zh: "主机需要重启" },
    summary: {
      en: "{instance}: updates take effect only after a restart",
      zh: "{instance}：更新需要重启后才能生效",
    },
    runbook,
    block: { kind: "threshold", metric, aggregate: "last", above: { info: 0 }, for: "1h" },
  };
}

/** Fans, dust, the room. */
export const heatRunbook: Runbook = {
  en: "Fans, dust, the air conditioning of the room? Take load off the machine before it switches itself off.",
  zh: "检查风扇、灰尘、机房空调；在机器过热关机前先迁走负载。",
};

/** A temperature in °C that hardware does not bear for long. */
export function isHot(metric: string): Block {
  return { kind: "threshold", metric, above: { warning: 85, critical: 95 }, recover: 80, for: "5m" };
}

/** Room or inodes that last for some hours only, where little is left. */
export const fillsUp: Block = {
  kind: "predict",
  window: "6h",
  within: { warning: "24h", critical: "4h" },
  share_below: { warning: "40%", critical: "20%" },
  for: "1h",
  interval: "5m",
};

/** Packets of which more than one in a hundred is broken. */
export function packetErrors(of: string, to: string): Block {
  return { kind: "ratio", of, to, aggregate: "increase", above: { warning: "1%" }, min_volume: 1000, for: "1h" };
}
