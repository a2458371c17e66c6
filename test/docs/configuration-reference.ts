import type { ZodType } from "zod";
import { notifierKinds } from "../../src/alerting/notifiers/index.ts";
import { ruleKinds } from "../../src/alerting/rules/index.ts";
import { ruleEnvelopeKeys } from "../../src/alerting/rules/rules-schema.ts";
import { sections } from "../../src/app/configuration/sections.ts";
import { arrivalEnvelope, scheduledEnvelope } from "../../src/config/checks/check-schema.ts";
import { generalSchema, serviceSchema } from "../../src/config/general-schema.ts";
import { shortForms } from "../../src/config/short-forms/index.ts";
import { formatDuration } from "../../src/core/time/duration.ts";
import { probeKinds } from "../../src/probes/index.ts";
import { markdownTable } from "../support/samples/markdown-table.ts";
import { formList, isMap, optionTable } from "./option-rows.ts";

const scheduled = Object.keys(scheduledEnvelope.shape);
const arrival = Object.keys(arrivalEnvelope.shape);
/** Sections that are one value. */
const scalarSections: readonly string[] = ["calendar"];
const inherited = ["receiver", "group_by", "group_wait", "group_interval", "repeat_interval"];
const shared = scheduled.filter((key) => arrival.includes(key));

/** The generated parts of the configuration reference by the names of their markers. */
export function configurationParts(): ReadonlyMap<string, string> {
  return new Map([
    ["general", optionTable(generalSchema)],
    ["services", optionTable(serviceSchema)],
    ["check", optionTable(scheduledEnvelope, { only: shared })],
    ["check-clock", optionTable(scheduledEnvelope, { except: shared })],
    ["check-arrival", optionTable(arrivalEnvelope, { except: shared })],
    ["probe-defaults", probeDefaults()],
    ["probes", unitParts("probe", probeKinds)],
    ...shortForms.map(({ key, schema }) => [key, optionTable(schema)] as const),
    ["route", optionTable(sections.route)],
    ["route-child", optionTable(sections.route, { inside: ["routes", "*"], except: inherited })],
    ["receivers", optionTable(sections.receivers, { inside: ["*"] })],
    ["notifiers", unitParts("kind", notifierKinds)],
    ["rules", optionTable(sections.rules, { inside: ["*"], only: ruleEnvelopeKeys })],
    ["rule-kinds", unitParts("kind", ruleKinds)],
    ["sections", otherSections()],
  ]);
}

/** The sections without a heading of their own in the document; a map of blocks is shown by its entry. */
function otherSections(): string {
  return Object.entries(sections)
    .filter(([name]) => !["receivers", "route", "rules"].includes(name))
    .map(([name, schema]) => {
      const inside = isMap(schema) ? ["*"] : [];
      if (scalarSections.includes(name)) return `## \`${name}\`\n\n${schema.description ?? ""}`;
      return `## \`${name}${isMap(schema) ? ".<id>" : ""}\`\n\n${formList(schema)}${optionTable(schema, { inside })}`;
    })
    .join("\n\n");
}

/** A heading and a table for each unit, so that a new unit needs no new marker. */
function unitParts(tag: string, kinds: readonly Readonly<{ kind: string; options: ZodType }>[]): string {
  return kinds
    .map(({ kind, options }) => {
      const hasOptions = Object.keys((options as { shape?: object }).shape ?? {}).length > 0;
      return `### \`${tag}: ${kind}\`\n\n${hasOptions ? optionTable(options) : "No keys of its own."}`;
    })
    .join("\n\n");
}

function probeDefaults(): string {
  const rows = probeKinds.map(({ kind, tier, trigger, defaults }) => [
    `\`${kind}\``,
    `\`${tier}\``,
    ...(trigger === "schedule"
      ? [formatDuration(defaults.intervalMs), formatDuration(defaults.timeoutMs)]
      : ["on arrival", formatDuration(defaults.timeoutMs)]),
    String(defaults.failureThreshold),
    defaults.retryIntervalMs === undefined ? "" : formatDuration(defaults.retryIntervalMs),
  ]);
  return markdownTable(["probe", "tier", "interval", "timeout", "failure_threshold", "retry_interval"], rows);
}
