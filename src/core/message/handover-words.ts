import type { Locale } from "./words.ts";

/** What is said when another person is on call; a person is named by title, nobody by the empty text. */
type HandoverWords = Readonly<{
  title(to: string): string;
  change(schedule: string, from: string, to: string): string;
  until(clock: string): string;
  open(count: number): string;
  /** Who arranged that one is on call instead of another (nobody is the empty text), and why. */
  arranged(by: string, who: string, instead: string, why: string): string;
}>;

/** What is said then, per language. */
export const handoverWords: Readonly<Record<Locale, HandoverWords>> = {
  en: {
    title: (to) => (to === "" ? "On call: nobody" : `On call: ${to}`),
    change: (schedule, from, to) =>
      `${schedule}: ${to === "" ? "nobody is on call" : `${to} is on call`}${from === "" ? "" : `, before it was ${from}`}`,
    until: (clock) => `Until ${clock}`,
    arranged: (by, who, instead, why) =>
      `Arranged by ${by}: ${who}${instead === "" ? "" : ` instead of ${instead}`}${why === "" ? "" : ` (${why})`}`,
    open: (count) => `${count} ${count === 1 ? "incident is" : "incidents are"} open`,
  },
  zh: {
    title: (to) => (to === "" ? "值班:无人" : `值班交接:${to}`),
    change: (schedule, from, to) =>
      `${schedule}:${to === "" ? "现在无人值班" : `现在由${to}值班`}${from === "" ? "" : `(此前 ${from})`}`,
    until: (clock) => `到 ${clock} 为止`,
    arranged: (by, who, instead, why) =>
      `由 ${by} 安排:${who}${instead === "" ? "" : ` 代替 ${instead}`}${why === "" ? "" : `(${why})`}`,
    open: (count) => `未结束的事件:${count} 起`,
  },
};
