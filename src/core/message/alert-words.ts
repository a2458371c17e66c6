import type { Alert, ChainLink } from "../alerting/alert.ts";
import { isOwnTrouble, troubleAlertname } from "../alerting/own-trouble.ts";
import { type Reason, reasonNames } from "../checks/reasons.ts";
import { compareSeverity, type Severity, severities } from "../severity.ts";
import { cleanText } from "./clean-text.ts";
import { reasonWords } from "./reason-words.ts";
import { durationWords } from "./time-words.ts";
import { type Locale, words } from "./words.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const knownReasons: ReadonlySet<string> = new Set(reasonNames);

/** All that naming an alert takes. */
type Named = Pick<ChainLink, "labels" | "annotations">;

/** Severity of an alert by its label; `info` when the label says nothing known. */
export function severityOf(alert: Alert): Severity {
  return severities.find((severity) => severity === alert.labels["severity"]) ?? "info";
}

/** Names what the alert is about, as people call it: what a rule tells of a machine begins with the machine. */
export function subjectOf(alert: Named, locale: Locale): string {
  const subject = bareSubjectOf(alert, locale);
  const machine = cleanText(machineOf(alert));
  return machine === "" || subject.includes(machine) ? subject : words[locale].ofMachine(machine, subject);
}

/** The subject without the machine, for lists that name the machines themselves. */
function bareSubjectOf(alert: Named, locale: Locale): string {
  if (isOwnTrouble(alert)) return words[locale].itself;
  const title = alert.annotations["title"] ?? idOf(alert);
  return cleanText(isNamedByService(alert) ? (alert.annotations["service_title"] ?? title) : title);
}

/** The machine that an alert of a rule is about, as `hosts` calls it; empty where none is known. */
function machineOf(alert: Named): string {
  const { tier, check = "" } = alert.labels;
  return tier === "os" && !isCheckAlert(alert) && !isOwnTrouble(alert) ? check : "";
}

/** Whether an alert has no title of its own and is called by its service; a machine is called by its id. */
export function isNamedByService(alert: Named): boolean {
  const { annotations, labels } = alert;
  if (isOwnTrouble(alert) || labels["tier"] === "os" || annotations["service_title"] === undefined) return false;
  return (annotations["title"] ?? idOf(alert)) === idOf(alert);
}

/** The service of an alert where a text does not say it; empty where there is none, and for machines, which serve several. */
export function unsaidService(alert: Named, said: string): string {
  if (isOwnTrouble(alert) || alert.labels["tier"] === "os") return "";
  const service = cleanText(alert.annotations["service_title"] ?? "");
  return said.toLowerCase().includes(service.toLowerCase()) ? "" : service;
}

/** What alerts of one check or rule are called in the config. */
export function idOf(alert: Named): string {
  const { check, alertname = "" } = alert.labels;
  return isCheckAlert(alert) ? (check ?? alertname) : alertname;
}

/** The word for an alert that is over: recovered only where it did. */
export function endedWord({ ending, labels }: Pick<Alert, "ending" | "labels">, locale: Locale): string {
  const text = words[locale];
  if (ending !== undefined) return text.ended[ending].word;
  return labels["alertname"] === "CheckBlind" ? text.measuredAgain : text.resolved;
}

/** The reason of an alert in a few words, where it has one of our own; empty otherwise. */
export function reasonOf({ labels, annotations }: Named, locale: Locale): string {
  const reason = labels["reason"] ?? annotations["reason"];
  return reason !== undefined && knownReasons.has(reason) ? reasonWords[reason as Reason][locale] : "";
}

/**
 * Says in a few words what is wrong, by the annotation `what` where whoever judged knows it better than the reason (`−42 %`, `HTTP 502`);
 * empty when the subject already says it.
 */
export function whatIsWrong(alert: Named, locale: Locale): string {
  const alertname = alert.labels["alertname"];
  if (alertname === "CheckBlind") return words[locale].checkBlind;
  if (alertname === "CheckFlapping") return words[locale].checkFlapping;
  if (alertname === troubleAlertname) return cleanText(alert.annotations["summary"] ?? "");
  if (isNamedByService(alert) && !isCheckAlert(alert))
    return `${idOf(alert)} ${cleanText(alert.annotations["what"] ?? "")}`.trim();
  if (alert.annotations["what"] !== undefined) return cleanText(alert.annotations["what"]);
  const sharper = sharperWords(alert, locale);
  if (sharper !== "") return sharper;
  const reason = reasonOf(alert, locale);
  if (reason !== "") return reason;
  if (alertname === "CheckDown") return words[locale].checkDown;
  return alertname === "CheckFlaw" ? words[locale].checkFlaw : "";
}

const someNodes = /^(\d+) of (\d+) addresses (present another|answer with another|serve another|fail)\b/;

/** What our own probes say in a detail and a title should: how many of the nodes, and that a page with status 200 is an error page. */
function sharperWords({ annotations }: Named, locale: Locale): string {
  const { detail = "", reason } = annotations;
  const text = words[locale];
  if (reason === "keyword" && detail.startsWith("the answer is an error page")) return text.errorPage;
  if (reason === "expiring") return restWords(detail, locale);
  const [, some = "", all = "", does] = someNodes.exec(detail) ?? [];
  if (does === undefined) return "";
  return does === "fail" ? text.nodesFail(some, all) : text.nodesDiffer(some, all);
}

/** How long what ends soon has still to live, by what our own probes say of it; hours where that is less than two days. */
function restWords(detail: string, locale: Locale): string {
  const text = words[locale];
  const [, rest] = /\b(?:expires|registration ends) in ([\d.]+) days \(/.exec(detail) ?? [];
  if (rest !== undefined) {
    const days = Number(rest);
    return text.endsIn(
      durationWords(days < 2 ? Math.max(1, Math.round(days * 24)) * hourMs : Math.floor(days) * dayMs, locale),
    );
  }
  return /^certificate "[^"]*" has expired \(|^the registration ended /.test(detail) ? text.hasEnded : "";
}

/** Orders alerts of an incident by what it is called after: what fires, then the gravest, then the earliest. */
export function mostTellingFirst(a: Alert, b: Alert): number {
  const firing = Number(b.status === "firing") - Number(a.status === "firing");
  return firing || compareSeverity(severityOf(b), severityOf(a)) || a.startsAtMs - b.startsAtMs;
}

/** Tells whether Watchfire itself raised the alert from a check, so that its subject and reason say all that its summary does. */
export function isCheckAlert(alert: Named): boolean {
  return ["CheckDown", "CheckFlapping", "CheckFlaw", "CheckBlind"].includes(alert.labels["alertname"] ?? "");
}

/** The one line that stands for an alert in a list. */
export function alertLine(alert: Named, locale: Locale): string {
  return lineOf(subjectOf(alert, locale), alert, locale);
}

/** What the lines of alike alerts have in common: the line without the machine and what was measured there. */
export function commonLine(alert: Named, locale: Locale): string {
  if (machineOf(alert) === "") return alertLine(alert, locale);
  const { what: _differs, ...annotations } = alert.annotations;
  return lineOf(bareSubjectOf(alert, locale), { ...alert, annotations }, locale);
}

function lineOf(subject: string, alert: Named, locale: Locale): string {
  const what = whatIsWrong(alert, locale);
  return what === "" ? subject : words[locale].what(subject, what);
}
