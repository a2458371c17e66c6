import type { Alert } from "../../core/alerting/alert.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import { alertLine, endedWord, severityOf } from "../../core/message/alert-words.ts";
import { cleanText, cutText } from "../../core/message/clean-text.ts";
import { clockTime, durationWords } from "../../core/message/time-words.ts";
import { type Locale, words } from "../../core/message/words.ts";
import { compareSeverity } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { AlertEvidence } from "../incident-evidence.ts";
import type { PageAction } from "../page-tokens.ts";
import { evidenceText } from "./evidence-text.ts";
import { html, type Markup } from "./html.ts";
import { eventDetail } from "./incident-event.ts";
import { type IncidentWords, incidentWords } from "./incident-words.ts";
import { pageContext } from "./page-context.ts";

const mostAlerts = 20;
const mostEvents = 30;
const longestLine = 300;
const longestTitle = 120;
/** How long an incident can be put off from its page, as the form says it. */
export const snoozeChoices = ["30m", "1h", "2h", "8h"] as const;
const choiceMs: Readonly<Record<(typeof snoozeChoices)[number], number>> = {
  "30m": 1_800_000,
  "1h": 3_600_000,
  "2h": 7_200_000,
  "8h": 28_800_000,
};

/** What the page of one incident shows. */
export type IncidentPage = Readonly<{
  language: Locale;
  timeZone: string;
  nowMs: EpochMs;
  incident: Incident;
  /** Its alerts as far as they are known. */
  alerts: readonly Alert[];
  /** What probes left of the runs that were not all well. */
  evidence: readonly AlertEvidence[];
  /** Buttons there are. */
  actions: readonly PageAction[];
  /** Name of whom the link was sent to; a link in a chat is seen by others, so whoever presses a button may change it. */
  actor: string | undefined;
  /** Names of people by their ids. */
  titleOf(person: string): string;
  /** Whom it can be assigned to. */
  people: readonly Readonly<{ id: string; title: string }>[];
  /** Said on top: what was done just now, or why not. */
  notice?: Readonly<{ text: string; isBad: boolean }>;
  /** Path of the page, where its form is sent. */
  path: string;
}>;

/** Renders the page of one incident, with a button for everything that the link allows and the incident still lets be done. */
export function renderIncidentPage(page: IncidentPage): string {
  const { incident, language, notice } = page;
  const text = incidentWords[language];
  const title = titleOf(page);
  const body = html`${notice === undefined ? undefined : html`<p class="${notice.isBad ? "notice" : "done"}" role="status">${notice.text}</p>`}
${incident.status === "resolved" ? html`<p class="done">${text.over(clock(page, incident.resolvedAtMs ?? page.nowMs))}</p>` : undefined}
${incident.status === "resolved" ? undefined : form(page, text)}
${alertsSection(page, text)}
${evidenceSection(page, text)}
${toldSection(page, text)}
${timelineSection(page, text)}`;
  const isDrill = page.alerts.some(({ labels }) => labels["drill"] === "true");
  return shell({
    language,
    title: isDrill ? `${text.drill} · ${title}` : title,
    state: incident.severity,
    sub: sub(page, text),
    body,
  });
}

/** Renders a page that says one thing: the link is too old, is not ours, or leads nowhere. */
export function renderLinkFault(language: Locale, fault: "expired" | "forged" | "gone"): string {
  const text = incidentWords[language];
  const hint = { expired: text.expiredHint, forged: text.forgedHint, gone: text.goneHint }[fault];
  return shell({ language, title: text[fault], state: "info", sub: html``, body: html`<p class="empty">${hint}</p>` });
}

function shell({
  language,
  title,
  state,
  sub,
  body,
}: Readonly<{ language: Locale; title: string; state: string; sub: Markup; body: Markup }>): string {
  return html`<!doctype html>
<html lang="${language === "zh" ? "zh-CN" : "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header class="top ${state}">
<div class="brand"><span class="name">Watchfire</span></div>
<h1>${title}</h1>
${sub}
</header>
<main>
${body}
</main>
</body>
</html>
`.text;
}

function titleOf({ incident, alerts, language }: IncidentPage): string {
  const [worst] = gravestFirst(alerts);
  const what = worst === undefined ? Object.values(incident.groupLabels).join(" · ") : alertLine(worst, language);
  const subject = cutText(cleanText(what === "" ? incident.receiver : what), longestTitle);
  return words[language].beginning(words[language].severity[incident.severity]) + subject;
}

function sub(page: IncidentPage, text: IncidentWords): Markup {
  const { incident, nowMs, language } = page;
  const { acknowledgement, openedAtMs, resolvedAtMs } = incident;
  const lasted = durationWords((resolvedAtMs ?? nowMs) - openedAtMs, language);
  const state = pageContext(page).words.incidentStatus[incident.status];
  const until = acknowledgement?.untilMs === undefined ? "" : clock(page, acknowledgement.untilMs);
  const taken =
    acknowledgement === undefined
      ? undefined
      : html`<li>${acknowledgement.isSnooze === true ? text.snoozed(acknowledgement.by, until) : text.taken(acknowledgement.by, until)}</li>`;
  return html`<ul class="counts"><li>${state}</li><li>${words[language].since(clock(page, openedAtMs), lasted)}</li>${taken}</ul>`;
}

const withField: readonly PageAction[] = ["snooze", "assign", "comment"];

function form(page: IncidentPage, text: IncidentWords): Markup | undefined {
  const shown = page.actions.filter(
    (action) =>
      (action !== "unacknowledge" || page.incident.status === "acknowledged") &&
      (action !== "assign" || page.people.length > 0),
  );
  if (shown.length === 0) return undefined;
  return html`<form class="panel act" method="post" action="${page.path}">
<p><label for="by">${text.yourName}</label><input id="by" name="by" value="${page.actor}" required maxlength="60" autocomplete="name"></p>
<p class="buttons">${shown.filter((action) => !withField.includes(action)).map((action) => button(action, text))}</p>
${
  shown.includes("snooze")
    ? html`<p id="snooze"><label for="for">${text.snoozeFor}</label><select id="for" name="for">${snoozeChoices.map(
        (choice) => html`<option value="${choice}">${durationWords(choiceMs[choice], page.language)}</option>`,
      )}</select>${button("snooze", text)}</p>`
    : undefined
}
${
  shown.includes("assign")
    ? html`<p><label for="person">${text.assignTo}</label><select id="person" name="person">${page.people.map(
        ({ id, title }) => html`<option value="${id}">${title}</option>`,
      )}</select>${button("assign", text)}</p>`
    : undefined
}
${
  shown.includes("comment")
    ? html`<p><label for="comment">${text.comment}</label><input id="comment" name="comment" maxlength="500" autocomplete="off">${button("comment", text)}</p>`
    : undefined
}
</form>`;
}

function button(action: PageAction, text: IncidentWords): Markup {
  const kind = action === "acknowledge" ? "primary" : "plain";
  return html`<button class="${kind}" type="submit" name="action" value="${action}">${text.actions[action]}</button>`;
}

function alertsSection(page: IncidentPage, text: IncidentWords): Markup | undefined {
  const { alerts, language } = page;
  if (alerts.length === 0) return undefined;
  const { line, detail } = pageContext(page);
  const rows = gravestFirst(alerts).slice(0, mostAlerts);
  return html`<section class="panel" aria-labelledby="alerts"><h2 id="alerts">${text.alerts}</h2>
<ul>${rows.map((alert) => {
    const isOver = alert.status === "resolved";
    const severity = isOver ? (alert.ending === undefined ? "up" : "info") : severityOf(alert);
    const word = isOver ? endedWord(alert, language) : words[language].severity[severityOf(alert)];
    return html`<li class="${severity}"><span class="badge">${word}</span> <span class="title">${line(alertLine(alert, language), longestLine)}</span>
<span class="detail">${detail(alert.annotations["detail"] ?? "", longestLine)}</span> <span class="meta">${line(whichOf(alert), longestLine)}</span></li>`;
  })}</ul></section>`;
}

function evidenceSection(page: IncidentPage, text: IncidentWords): Markup | undefined {
  if (page.evidence.length === 0) return undefined;
  const { line } = pageContext(page);
  return html`<section class="panel" aria-labelledby="evidence"><h2 id="evidence">${text.evidence}</h2>
${page.evidence.map(
  ({ alert, atMs, evidence }) =>
    html`<p><span class="title">${line(alertLine(alert, page.language), longestLine)}</span> <span class="meta">${clock(page, atMs)}</span></p>
<pre>${evidenceText(evidence)}</pre>`,
)}</section>`;
}

/** Tells alerts apart that read the same: by check, or rule, and by what it is about. */
function whichOf({ labels }: Alert): string {
  return [labels["check"] ?? labels["alertname"], labels["instance"]].filter((part) => part !== undefined).join(" · ");
}

function toldSection(page: IncidentPage, text: IncidentWords): Markup | undefined {
  const { told = [] } = page.incident;
  if (told.length === 0) return undefined;
  return html`<section class="panel" aria-labelledby="told"><h2 id="told">${text.told}</h2>
<ul>${told.map(
    ({ receiver, recipient, atMs }) =>
      html`<li><span class="title">${recipient === undefined ? receiver : page.titleOf(recipient)}</span> <span class="meta">${
        recipient === undefined ? "" : `${receiver} · `
      }${clock(page, atMs)}</span></li>`,
  )}</ul></section>`;
}

function timelineSection(page: IncidentPage, text: IncidentWords): Markup {
  const { line } = pageContext(page);
  const events = page.incident.timeline.slice(-mostEvents).toReversed();
  return html`<section class="panel" aria-labelledby="timeline"><h2 id="timeline">${text.timeline}</h2><p class="meta">${text.zone(page.timeZone)}</p>
<ul>${events.map(
    ({ atMs, kind, detail, by }) =>
      html`<li><span class="title">${text.kinds[kind] ?? line(kind, 60)}</span> <span class="detail">${line(eventDetail({ kind, detail }, page.language), longestLine)}</span> <span class="meta">${
        by === undefined ? "" : `${line(by, 60)} · `
      }${clock(page, atMs)}</span></li>`,
  )}</ul></section>`;
}

/** What fires first, the gravest of it, then the earliest. */
export function gravestFirst(alerts: readonly Alert[]): readonly Alert[] {
  return alerts.toSorted((a, b) => {
    if (a.status !== b.status) return a.status === "firing" ? -1 : 1;
    return compareSeverity(severityOf(b), severityOf(a)) || a.startsAtMs - b.startsAtMs;
  });
}

function clock({ nowMs, timeZone }: IncidentPage, atMs: EpochMs): string {
  return clockTime(atMs, nowMs, timeZone);
}
