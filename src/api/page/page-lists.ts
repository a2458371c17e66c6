import type { Incident } from "../../core/alerting/incident.ts";
import type { DeliveryRecord } from "../../core/alerting/outbox.ts";
import type { Overview } from "../overview.ts";
import { html, type Markup } from "./html.ts";
import type { PageContext } from "./page-context.ts";

const mostRows = 50;

/** Open incidents, gravest first; nothing when there are none. */
export function incidentsSection(
  context: PageContext,
  { incidents, subjects }: Pick<Overview, "incidents" | "subjects">,
): Markup | undefined {
  if (incidents.length === 0) return undefined;
  return html`<section class="panel incidents" aria-labelledby="incidents">
<h2 id="incidents">${context.words.incidents}</h2>
<ul>${incidents.slice(0, mostRows).map((incident) => incidentRow(context, incident, subjects[incident.id]))}</ul>
${more(context, incidents.length - mostRows)}
</section>`;
}

/** Called as in its messages; by what groups it where none of its alerts fires any more. */
function incidentRow({ words, age, line, event }: PageContext, incident: Incident, subject?: string): Markup {
  const last = incident.timeline.at(-1);
  const title = subject ?? Object.values(incident.groupLabels).join(" · ");
  return html`<li class="${incident.severity}"><span class="badge">${words.severities[incident.severity]}</span>
<span class="title">${title === "" ? incident.receiver : line(title, 160)}</span>
<span class="meta">${words.opened(age(incident.openedAtMs))} · ${words.alerts(incident.members.length)} · ${
    words.incidentStatus[incident.status]
  }${last === undefined ? undefined : ` · ${event(last)}`}</span></li>`;
}

/** Messages that did not arrive, newest first; nothing when all did. */
export function deliveriesSection(context: PageContext, deliveries: readonly DeliveryRecord[]): Markup | undefined {
  if (deliveries.length === 0) return undefined;
  return html`<section class="panel deliveries" aria-labelledby="deliveries">
<h2 id="deliveries">${context.words.deliveries}</h2>
<ul>${deliveries.slice(0, mostRows).map((delivery) => deliveryRow(context, delivery))}</ul>
${more(context, deliveries.length - mostRows)}
</section>`;
}

function deliveryRow({ words, age, line }: PageContext, delivery: DeliveryRecord): Markup {
  const what = [delivery.reason, delivery.detail].filter((text) => text !== undefined).join(": ");
  return html`<li><span class="title">${delivery.receiver}</span> <span class="detail">${line(what, 200)}</span>
<span class="meta">${words.ago(age(delivery.atMs))} · ${words.attempt(delivery.attempt)}</span></li>`;
}

function more({ words }: PageContext, count: number): Markup | undefined {
  return count <= 0 ? undefined : html`<p class="more">${words.more(count)}</p>`;
}
