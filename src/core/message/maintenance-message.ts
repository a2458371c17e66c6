import type { Notification } from "../alerting/notification.ts";
import type { EpochMs } from "../time/time.ts";
import { cleanText } from "./clean-text.ts";
import { maintenanceWords } from "./maintenance-words.ts";
import type { PlainWords } from "./story.ts";
import { clockTime, durationWords } from "./time-words.ts";

/** Less than this is no deviation worth a word. */
const noticeableMs = 60_000;
const criticalBusiness = 'severity="critical",tier="business"';

/** What people are told of maintenance. */
export type MaintenanceNotice = Readonly<{
  event: "begun" | "closing" | "ended";
  title: string;
  startedAtMs: EpochMs;
  untilMs: EpochMs;
  announcedEndMs: EpochMs;
  by?: string;
  comment?: string;
  /** Matchers of what is told all the same; none: everything is muted. */
  neverMute: readonly string[];
  /** Alerts that it covered while they fired. */
  heldCount: number;
  /** How many of them fire now, and a line for each of the first few. */
  failingCount: number;
  failing: readonly string[];
}>;

type Place = Pick<Notification, "locale" | "createdAtMs" | "timeZone">;

/** What people read of maintenance: a title and a few lines. */
export function maintenanceText(notice: MaintenanceNotice, place: Place): PlainWords {
  const text = maintenanceWords[place.locale];
  const title = text.title[notice.event](cleanText(notice.title));
  const comment = text.by(cleanText(notice.comment ?? ""), cleanText(notice.by ?? ""));
  return { title, lines: [...linesOf[notice.event](notice, place), comment].filter((line) => line !== "") };
}

const linesOf = { begun, closing, ended } as const;

function begun({ startedAtMs, untilMs, neverMute }: MaintenanceNotice, place: Place): readonly string[] {
  const text = maintenanceWords[place.locale];
  const duration = durationWords(untilMs - startedAtMs, place.locale);
  const held = neverMute.length === 0 ? text.allHeld : text.held(sparedWords(neverMute, place));
  return [text.span(clock(startedAtMs, place), clock(untilMs, place), duration), held];
}

function closing(notice: MaintenanceNotice, place: Place): readonly string[] {
  const text = maintenanceWords[place.locale];
  const left = durationWords(notice.untilMs - place.createdAtMs, place.locale);
  return [
    text.left(left, notice.failingCount),
    ...failingLines(notice, place),
    text.toldAt(clock(notice.untilMs, place)),
  ];
}

function ended(notice: MaintenanceNotice, place: Place): readonly string[] {
  const text = maintenanceWords[place.locale];
  const { heldCount, failingCount, startedAtMs, announcedEndMs } = notice;
  const lasted = text.lasted(
    durationWords(place.createdAtMs - startedAtMs, place.locale),
    deviation(announcedEndMs, place),
  );
  if (failingCount > 0)
    return [lasted, text.stillFailing(heldCount - failingCount, failingCount), ...failingLines(notice, place)];
  return [lasted, heldCount === 0 ? text.nothingFailed : text.recovered(heldCount)];
}

function deviation(announcedEndMs: number, { createdAtMs, locale }: Place): string {
  const text = maintenanceWords[locale];
  const lateMs = createdAtMs - announcedEndMs;
  if (lateMs >= noticeableMs) return text.late(durationWords(lateMs, locale));
  return lateMs <= -noticeableMs ? text.early(durationWords(-lateMs, locale)) : "";
}

function failingLines({ failing, failingCount }: MaintenanceNotice, { locale }: Place): readonly string[] {
  const rest = failingCount - failing.length;
  return rest === 0 ? failing : [...failing, maintenanceWords[locale].more(rest)];
}

function sparedWords(neverMute: readonly string[], { locale }: Place): string {
  const spared = [...neverMute].sort().join(",");
  return spared === criticalBusiness ? maintenanceWords[locale].criticalBusiness : spared;
}

function clock(atMs: number, { createdAtMs, timeZone }: Place): string {
  return clockTime(atMs, createdAtMs, timeZone);
}
