import { z } from "zod";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { count } from "../core/text/count.ts";
import { formatDuration } from "../core/time/duration.ts";
import { askDaemon } from "../platform/channels/daemon-client.ts";
import { type Command, textOption } from "./command.ts";
import { daemonAccess, daemonOptions } from "./daemon-arguments.ts";
import { terminalIn } from "./local-terminal.ts";
import { alignRows } from "./render/align.ts";

const mostEndpoints = 10;
const mostIncidents = 20;

const silentBecause = {
  shadow: "NOBODY IS TOLD OF ANYTHING: the daemon runs with --mode shadow",
  held: "NOBODY IS TOLD OF ANYTHING: the daemon runs with --no-notify; messages wait for a start without it",
} as const;

const countsSchema = z.record(z.string(), z.number());
const statusSchema = z.object({
  version: z.string(),
  atMs: z.number(),
  env: z.string(),
  timeZone: z.string().default("UTC"),
  outboxPending: z.number(),
  storeTrouble: z.string().optional(),
  blindRules: z.array(z.object({ rule: z.string(), metrics: z.array(z.string()) })).default([]),
  sendsNothing: z.enum(["shadow", "held"]).optional(),
  incidents: z
    .array(
      z.object({
        id: z.string(),
        status: z.string(),
        severity: z.string(),
        openedAtMs: z.number(),
        groupLabels: z.record(z.string(), z.string()).default({}),
        acknowledgement: z.object({ by: z.string() }).optional(),
      }),
    )
    .default([]),
  maintenance: z.array(z.object({ id: z.string(), plannedEndMs: z.number() })).default([]),
  silences: z.array(z.unknown()).default([]),
  heldCount: z.number().default(0),
  /** What incidents are about, by id. */
  subjects: z.record(z.string(), z.string()).default({}),
  tiers: z.array(z.object({ tier: z.string(), counts: countsSchema })),
  problems: z.array(
    z.object({
      check: z.string(),
      tier: z.string(),
      target: z.string(),
      state: z.string(),
      sinceMs: z.number().optional(),
      reason: z.string().optional(),
      detail: z.string().optional(),
      flaws: z.array(z.object({ reason: z.string(), severity: z.string() })),
    }),
  ),
  problemsLeftOut: z.number(),
  budgets: z
    .array(
      z.object({
        receiver: z.string(),
        kind: z.string(),
        endpoint: z.string(),
        period: z.string(),
        used: z.number(),
        limit: z.number(),
        level: z.string(),
      }),
    )
    .default([]),
  failedDeliveries: z
    .array(
      z.object({
        receiver: z.string(),
        endpoint: z.string(),
        atMs: z.number().optional(),
        outcome: z.string(),
        ended: z.boolean().optional(),
        reason: z.string().optional(),
        detail: z.string().optional(),
      }),
    )
    .default([]),
});
type Status = z.output<typeof statusSchema>;

/** Says what is wrong now, from a running daemon. */
export const status: Command = {
  name: "status",
  summary: "Says what is wrong now, from the running daemon.",
  positionals: "",
  options: {
    ...daemonOptions,
    output: { type: "string", placeholder: "table|json", describe: "How to print it (default: table)." },
  },
  async run({ values, terminal }) {
    const output = textOption(values, "output") ?? "table";
    if (output !== "table" && output !== "json")
      throw new AppError("ERR_USAGE", `--output "${output}" is neither table nor json.`);
    const access = await daemonAccess(values);
    const answer = await askDaemon(access, "/api/v1/status");
    if (output === "json") terminal.out(JSON.stringify(answer, null, 2));
    else terminalIn(statusSchema.parse(answer).timeZone, terminal).out(describe(statusSchema.parse(answer)));
    return exitCodes.ok;
  },
};

function describe(answer: Status): string {
  const tiers = answer.tiers.map(({ tier, counts }) => [tier, countsText(counts)]);
  const problems = answer.problems.map((problem) => [
    problem.state,
    problem.tier,
    problem.check,
    problem.target,
    problem.sinceMs === undefined ? "" : `for ${ageOf(answer.atMs - problem.sinceMs)}`,
    wordsOf(problem),
  ]);
  const budgets = budgetLines(answer.budgets);
  const incidents = incidentLines(answer);
  return [
    `Watchfire ${answer.version}, ${answer.env}`,
    ...(answer.sendsNothing === undefined ? [] : [silentBecause[answer.sendsNothing]]),
    ...alignRows(tiers),
    ...mutedLines(answer),
    ...(answer.storeTrouble === undefined ? [] : [`the store takes nothing now: ${answer.storeTrouble}`]),
    ...(answer.outboxPending === 0
      ? []
      : [`${count(answer.outboxPending, "message")} ${answer.outboxPending === 1 ? "waits" : "wait"} to be sent`]),
    ...budgets,
    ...answer.blindRules.map(({ rule, metrics }) => `rule ${rule} finds no data: nothing sends ${metrics.join(", ")}`),
    ...failureLines(answer),
    ...(incidents.length > 0 ? ["", ...incidents] : []),
    ...(problems.length > 0 ? ["", ...alignRows(problems)] : []),
    ...([problems, incidents, answer.failedDeliveries, budgets, answer.blindRules].every(({ length }) => length === 0)
      ? ["nothing is wrong"]
      : []),
    ...(answer.problemsLeftOut === 0 ? [] : [`and ${answer.problemsLeftOut} more`]),
  ].join("\n");
}

/** What keeps alerts from being told now: whoever looks for a message has to know. */
function mutedLines({ maintenance, silences, heldCount, atMs }: Status): readonly string[] {
  const windows = maintenance.map(({ id, plannedEndMs }) => `${id} for ${ageOf(plannedEndMs - atMs)} more`);
  return [
    ...(windows.length === 0 ? [] : [`maintenance under way: ${windows.join(", ")}`]),
    ...(silences.length === 0 ? [] : [`${count(silences.length, "silence")} in force`]),
    ...(heldCount === 0 ? [] : [`${count(heldCount, "alert")} held for later`]),
  ];
}

/** Open incidents, as `incident list` shows them. */
function incidentLines({ incidents, subjects, atMs }: Status): readonly string[] {
  const rows = incidents.slice(0, mostIncidents).map((incident) => {
    const { id, status, severity, openedAtMs, groupLabels, acknowledgement } = incident;
    const what = subjects[id] ?? Object.values(groupLabels).join(" · ");
    const taken = acknowledgement === undefined ? "" : `by ${acknowledgement.by}`;
    return [id, status, severity, `for ${ageOf(atMs - openedAtMs)}`, what, taken];
  });
  const leftOut = incidents.length - rows.length;
  return leftOut === 0 ? alignRows(rows) : [...alignRows(rows), `and ${leftOut} more incidents`];
}

/** Budgets that are nearly or wholly used up. */
function budgetLines(budgets: Status["budgets"]): readonly string[] {
  return budgets
    .filter(({ level }) => level !== "free")
    .map(({ receiver, kind, endpoint, period, used, limit, level }) => {
      const words = level.replaceAll("_", " ");
      return `budget of ${receiver} (${kind} ${endpoint}): ${used} of ${count(limit, "message")} ${period === "day" ? "today" : "this month"}, ${words}`;
    });
}

/** One line for each endpoint: what a dead one was to be told can be hundreds of messages. */
function failureLines({ failedDeliveries: deliveries, atMs: nowMs }: Status): readonly string[] {
  const perEndpoint = Map.groupBy(deliveries, ({ receiver, endpoint, ended }) =>
    JSON.stringify([receiver, endpoint, ended !== false]),
  );
  const groups = [...perEndpoint.values()];
  const lines = groups.slice(0, mostEndpoints).flatMap((failed) => {
    const telling = failed.find(({ reason }) => reason !== "queue_full") ?? failed[0];
    if (telling === undefined) return [];
    const { receiver, endpoint, outcome, ended, reason, detail } = telling;
    const why = [reason ?? outcome, detail].filter((text) => text !== undefined).join(": ");
    const verb = ended === false ? "not delivered yet" : "not delivered";
    const { atMs } = failed[0] ?? {};
    const age = atMs === undefined ? "" : `, ${ageOf(nowMs - atMs)} ago`;
    const many = failed.length === 1 ? "" : `${count(failed.length, "message")} `;
    return [`${many}${verb} to ${receiver} (${endpoint})${age}: ${why}`.replace(/\s+/g, " ")];
  });
  const leftOut = groups.slice(mostEndpoints).flat().length;
  return leftOut === 0 ? lines : [...lines, `${count(leftOut, "message")} to others not delivered`];
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const shown = Object.entries(counts).filter(([, count]) => count > 0);
  return shown.length === 0 ? "no checks" : shown.map(([state, count]) => `${count} ${state}`).join(", ");
}

function wordsOf({ reason, detail, flaws }: Status["problems"][number]): string {
  if (reason !== undefined) return `${reason}: ${detail ?? ""}`;
  return flaws.map((flaw) => `${flaw.reason} (${flaw.severity})`).join(", ");
}

function ageOf(ageMs: number): string {
  return formatDuration(Math.max(0, Math.round(ageMs / 1000) * 1000));
}
