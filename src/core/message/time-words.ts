import type { EpochMs } from "../time/time.ts";
import type { Locale } from "./words.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

/** Writes a moment as local `HH:MM`, with `MM-DD` before it when it is not on the day of `nowMs`, and the year when that differs too. */
export function clockTime(atMs: EpochMs, nowMs: EpochMs, timeZone: string): string {
  const at = partsOf(atMs, timeZone);
  const now = partsOf(nowMs, timeZone);
  if (at.date === now.date) return at.time;
  return at.date.slice(0, 4) === now.date.slice(0, 4) ? `${at.date.slice(5)} ${at.time}` : `${at.date} ${at.time}`;
}

/** Writes a duration in at most two units: `38 分`, `13 小时 47 分`, `2 d 6 h`, `1 min 30 s`; seconds only below ten minutes. */
export function durationWords(durationMs: number, locale: Locale): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  const [day, hour, minute, second] = locale === "zh" ? ["天", "小时", "分", "秒"] : ["d", "h", "min", "s"];
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return joined([Math.floor(hours / 24), day], [hours % 24, hour]);
  if (hours >= 1) return joined([hours, hour], [minutes % 60, minute]);
  if (minutes >= 10) return `${minutes} ${minute}`;
  return minutes >= 1 ? joined([minutes, minute], [seconds % 60, second]) : `${seconds} ${second}`;
}

function joined(...parts: readonly (readonly [count: number, unit: string | undefined])[]): string {
  return parts
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}

function partsOf(atMs: EpochMs, timeZone: string): Readonly<{ date: string; time: string }> {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
    formats.set(timeZone, format);
  }
  const [date = "", time = ""] = format.format(atMs).split(" ");
  return { date, time };
}
