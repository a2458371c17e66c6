import type { MaintenanceRun } from "../../core/maintenance.ts";
import type { ReportedChange } from "../../core/reported-change.ts";
import { html, type Markup } from "./html.ts";
import type { PageContext } from "./page-context.ts";

const mostRows = 10;

/** Maintenance under way and what was changed lately, newest first; nothing when there is neither. */
export function workSection(
  context: PageContext,
  { maintenance, changes }: Readonly<{ maintenance: readonly MaintenanceRun[]; changes: readonly ReportedChange[] }>,
): Markup | undefined {
  if (maintenance.length === 0 && changes.length === 0) return undefined;
  const { words } = context;
  const rest = changes.length - mostRows;
  return html`<section class="panel work" aria-labelledby="work">
<h2 id="work">${words.work}</h2>
<ul>${maintenance.slice(0, mostRows).map((run) => maintenanceRow(context, run))}${changes
    .slice(0, mostRows)
    .map((change) => changeRow(context, change))}</ul>
${rest <= 0 ? undefined : html`<p class="more">${words.more(rest)}</p>`}
</section>`;
}

function maintenanceRow({ words, left, line }: PageContext, run: MaintenanceRun): Markup {
  const comment = run.comment === undefined ? undefined : html` <span class="detail">${line(run.comment, 160)}</span>`;
  return html`<li><span class="badge">${words.maintenance}</span> <span class="title">${line(run.title, 100)}</span>${comment}
<span class="meta">${words.left(left(run.plannedEndMs))}</span></li>`;
}

function changeRow({ words, age, line }: PageContext, { atMs, text, services = [], link, by }: ReportedChange): Markup {
  const title = line(text, 200);
  const about = [...services, by].filter((each) => each !== "").map((each) => line(each, 60));
  return html`<li><span class="title">${link === undefined ? title : html`<a href="${link}" rel="noreferrer">${title}</a>`}</span>
<span class="meta">${words.ago(age(atMs))}${about.length === 0 ? undefined : ` · ${about.join(" · ")}`}</span></li>`;
}
