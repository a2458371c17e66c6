import { type DeliveryReason, deliveryReasons } from "../alerting/notifier.ts";
import type { Said } from "./said.ts";

const chinese: Readonly<Record<DeliveryReason, string>> = {
  dns: "端点的域名无法解析",
  refused: "端点拒绝连接",
  reset: "连接中断",
  timeout: "端点没有及时应答",
  tls: "端点的证书或 TLS 握手有问题",
  protocol: "应答不是 HTTP",
  rate_limited: "端点要求放慢",
  server_error: "端点自身出错",
  unexpected_answer: "应答看不出成败",
  redirect: "端点要求跳转,本程序不跟随",
  unauthorized: "端点不认凭据",
  endpoint_gone: "端点已不存在",
  bad_message: "端点不收这条消息",
  too_large: "消息太大",
  unknown_recipient: "收件人不存在",
  no_answer: "电话无人接听",
  undelivered: "服务商已受理,但未能送达",
  quota: "收件人暂时收不了更多消息",
  no_credit: "服务商账户欠费或停用",
  budget: "接收方当天或当月的额度已用完",
  queue_full: "还在排队",
  shadow: "影子模式,不发送",
  not_told: "开头没有送达过",
  past: "转发之前已经结束",
  expired: "消息已过时限",
  removed: "接收方已从配置中移除",
  shutdown: "程序停止前未发出",
  internal: "通知程序自身有错",
};

/** Why a message was not delivered: our words for the reason, then what the channel said. */
export function deliveryTrouble(reason: string, detail: string): Said {
  const known = Object.hasOwn(deliveryReasons, reason) ? (reason as DeliveryReason) : undefined;
  const said = detail === "" ? "" : ` (${detail})`;
  if (known === undefined) return { en: `${reason}${said}`, zh: `${reason}${said}` };
  return { en: `${deliveryReasons[known].replace(/\.$/, "")}${said}`, zh: `${chinese[known]}${said}` };
}
