import type { MaintenanceRun } from "../../core/alerting/maintenance.ts";
import type { ReportedChange } from "../../core/alerting/reported-change.ts";
import type { Silence } from "../../core/alerting/silence.ts";
import { formatMatcher } from "../../core/matching/matcher.ts";
import type { OncallException, Overview } from "../overview.ts";
import { html, type Markup } from "./html.ts";
import type { PageContext } from "./page-context.ts";

const mostRows = 10;

/** Maintenance, silences and exceptions to who is on call in force and what was changed lately, newest first; nothing when there is none of it. */
export function workSection(
  context: PageContext,
  { maintenance, silences, exceptions, changes }: Pick<Overview, "maintenance" | "silences" | "exceptions" | "changes">,
): Markup | undefined {
  if (maintenance.length + silences.length + exceptions.length + changes.length === 0) return undefined;
  const { words } = context;
  const rest = [maintenance, silences, exceptions, changes].reduce(
    (sum, rows) => sum + Math.max(0, rows.length - mostRows),
    0,
  );
  return html`<section class="panel work" aria-labelledby="work">
<h2 id="work">${words.work}</h2>
<ul>${maintenance.slice(0, mostRows).map((run) => maintenanceRow(context, run))}${exceptions
    .slice(0, mostRows)
    .map((exception) => exceptionRow(context, exception))}${silences
    .slice(0, mostRows)
    .map((silence) => silenceRow(context, silence))}${changes
    .slice(0, mostRows)
    .map((change) => changeRow(context, change))}</ul>
${rest <= 0 ? undefined : html`<p class="more">${words.more(rest)}</p>`}
</section>`;
}

function maintenanceRow({ words, left, line }: PageContext, run: MaintenanceRun): Markup {
  const comment = run.comment === undefined ? undefined : html` <span class="detail">${line(run.comment, 160)}</span>`;
  return html`<li class="waiting"><span class="badge">${words.maintenance}</span> <span class="title">${line(run.title, 100)}</span>${comment}
<span class="meta">${words.left(left(run.plannedEndMs))}</span></li>`;
}

function silenceRow({ words, left, line }: PageContext, { matchers, comment, createdBy, endsAtMs }: Silence): Markup {
  const detail = comment === "" ? undefined : html` <span class="detail">${line(comment, 160)}</span>`;
  const by = line(createdBy, 60);
  return html`<li class="waiting"><span class="badge">${words.silence}</span> <span class="title">${line(matchers.map(formatMatcher).join(", "), 200)}</span>${detail}
<span class="meta">${words.left(left(endsAtMs))}${by === "" ? undefined : ` · ${by}`}</span></li>`;
}

function exceptionRow(
  { words, left, line }: PageContext,
  { schedule, person, toMs, comment }: OncallException,
): Markup {
  const why = comment === undefined ? undefined : html` <span class="detail">${line(comment, 160)}</span>`;
  return html`<li><span class="badge">${words.onCall}</span> <span class="title">${line(`${schedule}: ${person}`, 120)}</span>${why}
<span class="meta">${words.left(left(toMs))}</span></li>`;
}

function changeRow({ words, age, line }: PageContext, { atMs, text, services = [], link, by }: ReportedChange): Markup {
  const title = line(text, 200);
  const about = [...services, by].filter((each) => each !== "").map((each) => line(each, 60));
  return html`<li><span class="title">${link === undefined ? title : html`<a href="${link}" rel="noreferrer">${title}</a>`}</span>
<span class="meta">${words.ago(age(atMs))}${about.length === 0 ? undefined : ` · ${about.join(" · ")}`}</span></li>`;
}
