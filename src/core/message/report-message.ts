import { type Severity, severities } from "../severity.ts";
import type { EpochMs } from "../time/time.ts";
import type { MessageStyle } from "./message-style.ts";
import type { PlainWords } from "./story.ts";
import { clockTime, durationWords } from "./time-words.ts";
import { type Locale, words } from "./words.ts";

/** An incident as a report names it. */
export type ReportedIncident = Readonly<{
  severity: Severity;
  title: string;
  openedAtMs: EpochMs;
  resolvedAtMs?: EpochMs;
}>;

/** What a report tells of a span of time and of the moment at its end. */
export type ReportFacts = Readonly<{
  covers: "day" | "week";
  fromMs: EpochMs;
  toMs: EpochMs;
  /** Incidents that began in the span, by severity. */
  opened: Readonly<Record<Severity, number>>;
  /** Of those and older ones, the gravest first. */
  incidents: readonly ReportedIncident[];
  /** Mean time to acknowledge, of those of the span that were; absent when none was. */
  mttaMs?: number;
  /** Mean time to resolve, of those that ended in the span; absent when none did. */
  mttrMs?: number;
  /** Names of what is about to expire, cannot be measured, or fires and was not told. */
  expiring: readonly string[];
  blind: readonly string[];
  held: readonly string[];
  /** Machines whose backups nobody watches. */
  unbacked: readonly string[];
  /** How many backups are watched, and the names of those that are missing, late or not known; absent without any. */
  backups?: Readonly<{ all: number; bad: readonly string[] }>;
  /** Who is on call at the end of the span, by schedule, and who is next; an empty `who`: nobody. */
  onCall: readonly Readonly<{ schedule: string; who: string; next?: string }>[];
  /** Maintenance that begins in the span to come, in its order. */
  planned: readonly Readonly<{ atMs: EpochMs; title: string }>[];
}>;

type ReportWords = Readonly<{
  title(covers: ReportFacts["covers"], date: string): string;
  counts(since: string, counts: string): string;
  count(severity: string, count: number): string;
  quiet(since: string): string;
  means(taken: string, resolved: string): string;
  incident(named: string, clock: string, duration: string, isOpen: boolean): string;
  more(count: number): string;
  expiring(names: string): string;
  blind(count: number, names: string): string;
  held(count: number, names: string): string;
  unbacked(count: number, names: string): string;
  backups(well: number, all: number, names: string): string;
  onCall(names: string): string;
  person(who: string, next: string): string;
  planned(names: string): string;
  comma: string;
  andSoOn: string;
}>;

const mostIncidents = 8;
const mostNames = 4;

const reportWords: Readonly<Record<Locale, ReportWords>> = {
  en: {
    title: (covers, date) => `${covers === "day" ? "Morning report" : "Weekly report"} ${date}`,
    counts: (since, counts) => `Since ${since}: ${counts}`,
    count: (severity, count) => `${count} ${severity}`,
    quiet: (since) => `Since ${since}: no incident`,
    means: (taken, resolved) =>
      [taken === "" ? "" : `taken after ${taken}`, resolved === "" ? "" : `resolved after ${resolved}`]
        .filter((part) => part !== "")
        .join(", ")
        .replace(/^/, "On average "),
    incident: (named, clock, duration, isOpen) =>
      isOpen ? `${named}, open since ${clock} (${duration})` : `${named}, ${clock}, for ${duration}`,
    more: (count) => `and ${count} more`,
    expiring: (names) => `Expiring soon: ${names}`,
    blind: (count, names) => `Checks that cannot be measured: ${count}${names === "" ? "" : ` (${names})`}`,
    held: (count, names) => `Held back and not told: ${count} (${names})`,
    backups: (well, all, names) => `Backups: ${well}/${all}${names === "" ? "" : ` (not ${names})`}`,
    onCall: (names) => `On call: ${names}`,
    person: (who, next) => `${who === "" ? "nobody" : who}${next === "" ? "" : ` (then ${next})`}`,
    planned: (names) => `Planned maintenance: ${names}`,
    unbacked: (count, names) => `Machines without a backup check: ${count} (${names})`,
    comma: ", ",
    andSoOn: " …",
  },
  zh: {
    title: (covers, date) => `${covers === "day" ? "早报" : "周报"} ${date}`,
    counts: (since, counts) => `${since} 以来:${counts}`,
    count: (severity, count) => `${severity} ${count} 起`,
    quiet: (since) => `${since} 以来没有故障`,
    means: (taken, resolved) =>
      [taken === "" ? "" : `平均接手 ${taken}`, resolved === "" ? "" : `平均恢复 ${resolved}`]
        .filter((part) => part !== "")
        .join(","),
    incident: (named, clock, duration, isOpen) => `${named},${clock} 起 ${duration}${isOpen ? ",未恢复" : ""}`,
    more: (count) => `另有 ${count} 起`,
    expiring: (names) => `即将到期:${names}`,
    blind: (count, names) => `看不见的检查:${count}${names === "" ? "" : `(${names})`}`,
    held: (count, names) => `压下未报:${count}(${names})`,
    backups: (well, all, names) => `备份:${well}/${all}${names === "" ? "" : `(缺 ${names})`}`,
    onCall: (names) => `值班:${names}`,
    person: (who, next) => `${who === "" ? "无人" : who}${next === "" ? "" : `(备 ${next})`}`,
    planned: (names) => `计划维护:${names}`,
    unbacked: (count, names) => `没有备份检查的主机:${count}(${names})`,
    comma: "、",
    andSoOn: " 等",
  },
};

/** In what words a report is written. */
type ReportStyle = Readonly<{
  locale: Locale;
  timeZone: string;
  /** What the organisation calls severities. */
  severityNames?: MessageStyle["severityNames"];
}>;

/** Writes a report in a language and time zone; the same facts always give the same text. */
export function reportText(facts: ReportFacts, { locale, timeZone, severityNames = {} }: ReportStyle): PlainWords {
  const text = reportWords[locale];
  const clock = (atMs: EpochMs): string => clockTime(atMs, facts.toMs, timeZone);
  const names = (all: readonly string[]): string =>
    all.slice(0, mostNames).join(text.comma) + (all.length > mostNames ? text.andSoOn : "");
  const duration = (ms: number | undefined): string => (ms === undefined ? "" : durationWords(ms, locale));
  const severityWord = (severity: Severity): string => severityNames[severity] ?? words[locale].severity[severity];
  const means = text.means(duration(facts.mttaMs), duration(facts.mttrMs));
  return {
    title: text.title(facts.covers, dateOf(facts.toMs, locale, timeZone)),
    lines: [
      countsLine(facts, clock(facts.fromMs), text, severityWord),
      ...incidentLines(facts, { clock, locale, severityWord }),
      ...(facts.mttaMs === undefined && facts.mttrMs === undefined ? [] : [means]),
      ...(facts.expiring.length === 0 ? [] : [text.expiring(names(facts.expiring))]),
      text.blind(facts.blind.length, names(facts.blind)),
      ...(facts.held.length === 0 ? [] : [text.held(facts.held.length, names(facts.held))]),
      ...(facts.unbacked.length === 0 ? [] : [text.unbacked(facts.unbacked.length, names(facts.unbacked))]),
      ...backupLine(facts, names, text),
      ...(facts.onCall.length === 0 ? [] : [text.onCall(onCallNames(facts, text).join(text.comma))]),
      ...(facts.planned.length === 0
        ? []
        : [text.planned(names(facts.planned.map(({ atMs, title }) => `${clock(atMs)} ${title}`)))]),
    ],
  };
}

function countsLine(
  { opened }: ReportFacts,
  since: string,
  text: ReportWords,
  severityWord: (severity: Severity) => string,
): string {
  const counts = severities
    .toReversed()
    .filter((severity) => opened[severity] > 0)
    .map((severity) => text.count(severityWord(severity), opened[severity]));
  return counts.length === 0 ? text.quiet(since) : text.counts(since, counts.join(text.comma));
}

function backupLine({ backups }: ReportFacts, names: (all: readonly string[]) => string, text: ReportWords): string[] {
  if (backups === undefined) return [];
  return [text.backups(backups.all - backups.bad.length, backups.all, names(backups.bad))];
}

/** A schedule is named where there are several. */
function onCallNames({ onCall }: ReportFacts, text: ReportWords): readonly string[] {
  return onCall.map(({ schedule, who, next = "" }) => {
    const named = text.person(who, next);
    return onCall.length === 1 ? named : `${schedule} ${named}`;
  });
}

type Wording = Readonly<{
  clock(atMs: EpochMs): string;
  locale: Locale;
  severityWord(severity: Severity): string;
}>;

function incidentLines({ incidents, toMs }: ReportFacts, { clock, locale, severityWord }: Wording): readonly string[] {
  const text = reportWords[locale];
  const lines = incidents.slice(0, mostIncidents).map(({ severity, title, openedAtMs, resolvedAtMs }) => {
    const named = words[locale].beginning(severityWord(severity)) + title;
    const duration = durationWords((resolvedAtMs ?? toMs) - openedAtMs, locale);
    return text.incident(named, clock(openedAtMs), duration, resolvedAtMs === undefined);
  });
  const rest = incidents.length - lines.length;
  return rest > 0 ? [...lines, text.more(rest)] : lines;
}

function dateOf(atMs: EpochMs, locale: Locale, timeZone: string): string {
  const date = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(atMs).slice(5);
  const day = new Intl.DateTimeFormat(locale === "zh" ? "zh-CN" : "en-GB", { timeZone, weekday: "short" }).format(atMs);
  return `${date} ${day}`;
}
