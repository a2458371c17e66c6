import type { Locale } from "./words.ts";

type InBoth = Readonly<Record<Locale, string>>;

/** What is wrong with a part of the daemon, in a few words that fit a title. */
const components: Readonly<Record<string, InBoth>> = {
  storage: { en: "storage fails", zh: "存储写入失败" },
  database: { en: "database was corrupt", zh: "数据库损坏,已重建" },
  config: { en: "changed config refused", zh: "新配置无法加载" },
  uplink: { en: "no way outside", zh: "与外界失联" },
  registries: { en: "no registry answers", zh: "查不到任何域名" },
  deadman: { en: "dead man's ping fails", zh: "自身心跳发不出去" },
  calendar: { en: "a calendar runs out", zh: "节假日历即将用完" },
  overload: { en: "overloaded", zh: "负载过高" },
  schedule: { en: "runs were missed", zh: "检查中断过" },
  stall: { en: "stood still", zh: "进程卡顿" },
  resources: { en: "no descriptors or memory", zh: "本机资源耗尽" },
  discovery: { en: "a list of targets fails", zh: "目标清单读不到" },
};

const ofListener = /^tls of listener (.+)$/;

/** Names the trouble with a part of the daemon. */
export function troubleWords(component: string, locale: Locale): string {
  const known = Object.hasOwn(components, component) ? components[component] : undefined;
  const listener = ofListener.exec(component)?.[1];
  if (listener !== undefined)
    return locale === "zh" ? `监听 ${listener} 的证书有误` : `certificate of listener ${listener}`;
  return known?.[locale] ?? (locale === "zh" ? `${component} 异常` : `trouble with ${component}`);
}

/** What can be wrong with a channel: it loses messages, critical ones reached nobody, or its budget is nearly or wholly used up. */
export type ChannelFault = "failing" | "lost" | "budget";

const faults: Readonly<Record<ChannelFault, InBoth>> = {
  failing: { en: "cannot send to ", zh: "消息发不出去:" },
  lost: { en: "pages lost: ", zh: "严重消息未送达:" },
  budget: { en: "budget of ", zh: "发送额度:" },
};

/** Names the trouble with a channel by the receiver's title. */
export function channelTroubleWords(title: string, what: ChannelFault, locale: Locale): string {
  return faults[what][locale] + title;
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
