import { clockTime } from "../../core/message/time-words.ts";
import type { Locale } from "../../core/message/words.ts";
import { type Overview, type SubjectState, subjectStates, type TierView } from "../overview.ts";
import { html, type Markup } from "./html.ts";
import { type PageContext, pageContext } from "./page-context.ts";
import { deliveriesSection, incidentsSection } from "./page-lists.ts";
import { subjectCard, subjectLine } from "./subject-card.ts";
import { workSection } from "./work-section.ts";

/** How often a page that is left open asks for a new one. */
export const refreshSeconds = 15;
const mostCards = 100;
const mostLines = 500;

export type PageSettings = Readonly<{ language: Locale; timeZone: string; version: string; isLive: boolean }>;

/** Renders the overview as one page that needs no script; it offers to stop or start reloading itself. */
export function renderPage(overview: Overview, settings: PageSettings): string {
  const { language, timeZone } = settings;
  const context = pageContext({ nowMs: overview.atMs, language, timeZone });
  const { words } = context;
  const summary = words.summary(overview.counts, overview.incidents.length);
  return html`<!doctype html>
<html lang="${words.languageTag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${summary} · Watchfire ${overview.env}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header class="top ${worstOf(overview)}">
<div class="brand"><span class="name">Watchfire</span> <span class="env">${overview.env}</span></div>
<h1>${summary}</h1>
<ul class="counts">${subjectStates.map((state) =>
    overview.counts[state] === 0
      ? undefined
      : html`<li class="${state}"><span class="dot"></span>${words.counted(state, overview.counts[state])}</li>`,
  )}</ul>
</header>
<main>
${overview.sendsNothing === undefined ? undefined : html`<p class="notice" role="status"><strong>${words.sendsNothing[overview.sendsNothing]}</strong></p>`}
${overview.storeTrouble === undefined ? undefined : troubleNotice(context, overview.storeTrouble)}
${blindNotice(context, overview.blindRules)}
${overview.budgets.map((budget) => budgetNotice(context, budget))}
${incidentsSection(context, overview)}
${workSection(context, overview)}
<div class="tiers">${overview.tiers.map((tier) => tierColumn(context, tier))}</div>
${deliveriesSection(context, overview.failedDeliveries)}
</main>
${figures(context, overview, settings)}
</body>
</html>
`.text;
}

/** An incident may be of a rule or the daemon itself, of which no check tells. */
function worstOf({ counts, incidents: [gravest] }: Overview): SubjectState {
  const worst = subjectStates.find((state) => counts[state] > 0) ?? "waiting";
  if (gravest === undefined || (worst !== "up" && worst !== "waiting")) return worst;
  return gravest.severity === "critical" ? "down" : "degraded";
}

function troubleNotice({ words, line }: PageContext, trouble: string): Markup {
  return html`<p class="notice" role="status"><strong>${words.storeTrouble}:</strong> ${line(trouble, 300)}</p>`;
}

function blindNotice({ words, line }: PageContext, rules: Overview["blindRules"]): Markup | undefined {
  if (rules.length === 0) return undefined;
  const named = rules.map(({ rule, metrics }) => `${rule} (${metrics.join(", ")})`).join("; ");
  return html`<p class="notice" role="status"><strong>${words.blindRules}:</strong> ${line(named, 400)}</p>`;
}

function budgetNotice({ words, line }: PageContext, budget: Overview["budgets"][number]): Markup | undefined {
  const { level, receiver, used, limit, period } = budget;
  if (level === "free") return undefined;
  const text = words.budgetOf(line(receiver, 100), used, limit, period);
  return html`<p class="notice" role="status"><strong>${words.budget[level]}:</strong> ${text}</p>`;
}

function tierColumn(context: PageContext, { tier, counts, subjects }: TierView): Markup {
  const { title, question, empty } = context.words.tiers[tier];
  const wrong = subjects.filter((subject) => subject.state !== "up");
  const up = subjects.filter((subject) => subject.state === "up");
  return html`<section class="tier" aria-labelledby="tier-${tier}">
<div class="tier-head"><h2 id="tier-${tier}">${title}</h2><p>${question}</p></div>
${subjects.length === 0 ? html`<p class="empty">${empty}</p>` : undefined}
${wrong.length === 0 ? undefined : html`<ul class="cards">${wrong.slice(0, mostCards).map((subject) => subjectCard(context, subject))}</ul>`}
${rest(context, wrong.length - mostCards)}
${
  up.length === 0
    ? undefined
    : html`<h3 class="up-head"><span class="dot up"></span>${context.words.upTitle(counts.up)}</h3>
<ul class="lines">${up.slice(0, mostLines).map((subject) => subjectLine(context, subject))}</ul>`
}
${rest(context, up.length - mostLines)}
</section>`;
}

function rest({ words }: PageContext, count: number): Markup | undefined {
  return count <= 0 ? undefined : html`<p class="more">${words.more(count)}</p>`;
}

function figures({ words, age, duration }: PageContext, overview: Overview, settings: PageSettings): Markup {
  const total = Object.values(overview.counts).reduce((sum, count) => sum + count, 0);
  const lag = overview.scheduleLagMs;
  const rows: readonly (readonly [name: string, value: string | number])[] = [
    [words.figures.checks, total],
    [words.figures.lag, lag === undefined ? words.noLag : lagText(lag, duration)],
    [words.figures.waiting, overview.outboxPending],
    ...(overview.heldCount === 0 ? [] : [[words.figures.held, overview.heldCount] as const]),
    [words.figures.uptime, age(overview.startedAtMs)],
    [words.figures.time, `${clockTime(overview.atMs, overview.atMs, settings.timeZone)} (${settings.timeZone})`],
  ];
  return html`<footer><dl>${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<p>${settings.isLive ? html`${words.live(refreshSeconds)} · <a href="/?still">${words.stop}</a>` : html`<a href="/">${words.start}</a>`} · Watchfire ${settings.version}</p></footer>`;
}

function lagText(lagMs: number, duration: (durationMs: number) => string): string {
  return lagMs < 1000 ? `${Math.round(lagMs)} ms` : duration(lagMs);
}
