import type { NewsKind } from "./story.ts";

type NewsLines = Readonly<Record<NewsKind, (who: string, until: string) => string>>;

const en: NewsLines = {
  escalated: (who) => (who === "" ? "Escalated" : `Escalated to ${who}`),
  taken: (who, until) => `${who === "" ? "Taken" : `Taken by ${who}`}${until === "" ? "" : ` until ${until}`}`,
  untaken: (who) => `${who === "" ? "The acknowledgement" : `${who}'s acknowledgement`} ran out, and it still fails`,
  snoozed: (who, until) => `${who === "" ? "Put off" : `Put off by ${who}`}${until === "" ? "" : ` until ${until}`}`,
  released: (who) => (who === "" ? "Given back: nobody is at it" : `${who} has given it back: nobody is at it`),
  assigned: (who) => (who === "" ? "Assigned to you" : `Assigned to you by ${who}`),
  closed: (who) => `${who === "" ? "Closed by hand" : `Closed by ${who}`}; it is told again if it goes on`,
  cause: () => "The cause is known now",
  cause_changed: () => "The cause is another one than was told",
};
const zh: NewsLines = {
  escalated: (who) => (who === "" ? "已升级" : `已升级到${who}`),
  taken: (who, until) => `${who === "" ? "已接手" : `${who}已接手`}${until === "" ? "" : `,到 ${until} 为止`}`,
  untaken: (who) => `${who}接手已到期,仍未恢复`,
  snoozed: (who, until) => `${who === "" ? "已推迟" : `${who}已推迟`}${until === "" ? "" : `到 ${until}`}`,
  released: (who) => `${who}已退回,无人处理`,
  assigned: (who) => (who === "" ? "指派给你处理" : `${who}指派给你处理`),
  closed: (who) => `${who}已手动关闭;仍未恢复会再次通知`,
  cause: () => "原因已查明",
  cause_changed: () => "原因有变化",
};

/** What is said of news of an incident: who, and until when; both may be empty. */
export const newsWords: Readonly<Record<"en" | "zh", NewsLines>> = { en, zh };
