import type { SubjectView } from "../overview.ts";
import { html, linkableUrl, type Markup } from "./html.ts";
import type { PageContext } from "./page-context.ts";

const longestDetail = 240;

/** A check that is not simply up, with what is wrong and for how long. */
export function subjectCard(context: PageContext, subject: SubjectView): Markup {
  const { words, age, detail } = context;
  const reasons = reasonsOf(context, subject);
  return html`<li class="card ${subject.state}">
<div class="card-head"><span class="badge">${words.states[subject.state]}</span> <span class="title">${subject.title}</span>${
    subject.flapping ? html` <span class="tag">${words.flapping}</span>` : undefined
  }</div>
${reasons === "" ? undefined : html`<p class="reason">${reasons}</p>`}
${subject.detail === undefined ? undefined : html`<p class="detail">${detail(subject.detail, longestDetail)}</p>`}
<p class="meta">${[
    subject.sinceMs === undefined ? undefined : html`<span>${words.since(age(subject.sinceMs))}</span>`,
    subject.lastRunAtMs === undefined ? undefined : html`<span>${words.lastRun(age(subject.lastRunAtMs))}</span>`,
    address(context, subject),
  ]}</p>
</li>`;
}

/** A check that is up: one quiet line. */
export function subjectLine(context: PageContext, subject: SubjectView): Markup {
  return html`<li><span class="title">${subject.title}</span> ${address(context, subject)}${
    subject.durationMs === undefined ? undefined : html` <span class="took">${Math.round(subject.durationMs)} ms</span>`
  }</li>`;
}

function reasonsOf({ reason, words }: PageContext, subject: SubjectView): string {
  const flaws = subject.flaws.map((flaw) => `${reason(flaw.reason)} (${words.severities[flaw.severity]})`);
  const isFlawsOnly = subject.state === "degraded" || subject.reason === undefined;
  const headline = isFlawsOnly || subject.reason === undefined ? [] : [reason(subject.reason)];
  return [...headline, ...flaws].join(" · ");
}

function address({ line }: PageContext, { target, title }: SubjectView): Markup | undefined {
  const url = linkableUrl(target);
  if (url === undefined && target === title) return undefined;
  const text = line(target, 120);
  return html`<span class="target">${url === undefined ? text : html`<a href="${url}" rel="noreferrer noopener">${text}</a>`}</span>`;
}
