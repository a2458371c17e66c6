import type { Locale } from "../../core/message/words.ts";
import type { PageAction } from "../page-tokens.ts";

/** Words of the page of one incident in one language. */
export type IncidentWords = Readonly<{
  actions: Readonly<Record<PageAction, string>>;
  done: Readonly<Record<PageAction, string>>;
  taken(by: string, until: string): string;
  snoozed(by: string, until: string): string;
  over(clock: string): string;
  zone(name: string): string;
  alerts: string;
  evidence: string;
  told: string;
  timeline: string;
  /** Kinds of events of the timeline; what has no word here is shown as it is. */
  kinds: Readonly<Record<string, string>>;
  yourName: string;
  comment: string;
  snoozeFor: string;
  assignTo: string;
  nameMissing: string;
  invalid: string;
  expired: string;
  expiredHint: string;
  forged: string;
  forgedHint: string;
  gone: string;
  goneHint: string;
  drill: string;
}>;

/** Words per language. */
export const incidentWords: Readonly<Record<Locale, IncidentWords>> = {
  en: {
    actions: {
      acknowledge: "I take it",
      unacknowledge: "Give it back",
      snooze: "Put it off",
      assign: "Assign it",
      comment: "Note it",
      resolve: "Close it",
    },
    done: {
      acknowledge: "It is yours now; nobody else is called.",
      unacknowledge: "It is given back; the next person is called.",
      snooze: "It is put off.",
      assign: "It is assigned, and they are told.",
      comment: "It is noted.",
      resolve: "It is closed; what still fires is told again later.",
    },
    taken: (by, until) => `${by} has taken it${until === "" ? "" : ` until ${until}`}`,
    snoozed: (by, until) => `${by} has put it off${until === "" ? "" : ` until ${until}`}`,
    zone: (name) => `Times are of ${name}`,
    over: (clock) => `It is over since ${clock}; there is nothing left to do here.`,
    alerts: "What is wrong",
    evidence: "What was seen",
    told: "Who was told",
    timeline: "What happened",
    kinds: {
      "passed over": "step passed over",
      "acknowledgement ended": "not taken any more",
      acknowledge: "taken",
      unacknowledge: "given back",
      snooze: "put off",
      "snooze ended": "no longer put off",
      resolve: "closed",
      assign: "assigned",
    },
    yourName: "Your name",
    comment: "Comment (people read it)",
    snoozeFor: "For how long",
    assignTo: "To whom",
    nameMissing: "Say who you are: the others want to know who has it.",
    invalid: "That cannot be done now: the incident has changed meanwhile.",
    expired: "This link is too old",
    expiredHint: "Links are good for twelve hours. A newer message about this incident has a newer link.",
    forged: "This link is not one of ours",
    forgedHint: "It may be cut short or changed on its way. Open it from the message again.",
    gone: "This incident is not there any more",
    goneHint: "It ended so long ago that it is not kept.",
    drill: "DRILL – this is a rehearsal",
  },
  zh: {
    actions: {
      acknowledge: "我来处理",
      unacknowledge: "退回",
      snooze: "推迟",
      assign: "指派",
      comment: "记录",
      resolve: "关闭",
    },
    done: {
      acknowledge: "已由你接手,不再通知其他人。",
      unacknowledge: "已退回,将通知下一位。",
      snooze: "已推迟。",
      assign: "已指派,并通知对方。",
      comment: "已记录。",
      resolve: "已关闭;如仍未恢复,稍后会再次通知。",
    },
    taken: (by, until) => `${by}已接手${until === "" ? "" : `,到 ${until} 为止`}`,
    snoozed: (by, until) => `${by}已推迟${until === "" ? "" : `到 ${until}`}`,
    zone: (name) => `时间均为 ${name}`,
    over: (clock) => `已于 ${clock} 结束,无需再处理。`,
    alerts: "问题",
    evidence: "证据",
    told: "已通知",
    timeline: "经过",
    kinds: {
      opened: "事件开始",
      joined: "新告警并入",
      severity: "严重程度变化",
      told: "已通知",
      policy: "升级策略",
      escalated: "已升级",
      "passed over": "跳过一步",
      nobody: "无人可通知",
      exhausted: "升级已到最后一步",
      repeated: "从头再来",
      "acknowledgement ended": "接手已到期",
      "snooze ended": "推迟已到期",
      acknowledge: "已接手",
      unacknowledge: "已退回",
      snooze: "已推迟",
      assign: "已指派",
      comment: "备注",
      resolve: "已关闭",
      resolved: "已恢复",
    },
    yourName: "你的名字",
    comment: "备注(大家都能看到)",
    snoozeFor: "推迟多久",
    assignTo: "指派给",
    nameMissing: "请填写名字,别人需要知道由谁处理。",
    invalid: "现在无法执行:事件状态已变化。",
    expired: "链接已过期",
    expiredHint: "链接十二小时内有效;请使用较新消息里的链接。",
    forged: "链接无效",
    forgedHint: "链接可能在转发中被截断或改动,请从原消息重新打开。",
    gone: "事件已不存在",
    goneHint: "该事件结束已久,记录不再保留。",
    drill: "【演练】这是演练",
  },
};
