import type { Locale } from "./words.ts";

type InBoth = Readonly<Record<Locale, string>>;

/** What is wrong with a part of the daemon, in a few words that fit a title. */
const components: Readonly<Record<string, InBoth>> = {
  storage: { en: "storage fails", zh: "存储写入失败" },
  database: { en: "database was corrupt", zh: "数据库损坏,已重建" },
  config: { en: "changed config refused", zh: "新配置无法加载" },
  uplink: { en: "no way outside", zh: "与外界失联" },
  deadman: { en: "dead man's ping fails", zh: "自身心跳发不出去" },
  calendar: { en: "a calendar runs out", zh: "节假日历即将用完" },
  overload: { en: "overloaded", zh: "负载过高" },
  schedule: { en: "runs were missed", zh: "检查中断过" },
  stall: { en: "stood still", zh: "进程卡顿" },
};

/** Names the trouble with a part of the daemon. */
export function troubleWords(component: string, locale: Locale): string {
  const known = Object.hasOwn(components, component) ? components[component] : undefined;
  return known?.[locale] ?? (locale === "zh" ? `${component} 异常` : `trouble with ${component}`);
}

/** Names the trouble with a channel by the receiver's title; `isLost`: critical messages reached nobody. */
export function channelTroubleWords(title: string, isLost: boolean, locale: Locale): string {
  if (locale === "zh") return isLost ? `严重消息未送达:${title}` : `消息发不出去:${title}`;
  return isLost ? `pages lost: ${title}` : `cannot send to ${title}`;
}

/** Why a channel fails, first in our words for its reason, and where: its kind and host, never what identifies its secret. */
export function channelDetail(
  { kind, endpoint, detail }: Readonly<{ kind: string; endpoint: string; detail: string }>,
  locale: Locale,
): string {
  const host = endpoint.replace(/#[0-9a-f]{12}$/, "");
  const place = [kind, host].filter((part, index, parts) => part !== "" && parts.indexOf(part) === index).join(" ");
  if (place === "") return detail;
  return locale === "zh" ? `${place}:${detail}` : `${place}: ${detail}`;
}
