import { z } from "zod";
import type { Result } from "../../core/checks/result.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { isoTime } from "../json-words.ts";
import { type ApiAnswer, type ApiRequest, errorAnswer, jsonAnswer, type RouteSpec } from "../route-spec.ts";

const mostResults = 5000;
const momentSchema = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** Stored results of one check on one target. */
export const resultsRoutes: readonly RouteSpec[] = [
  {
    surfaces: ["admin"],
    auth: "admin",
    methods: ["GET", "HEAD"],
    path: "/api/v1/results",
    body: "none",
    handle: results,
  },
];

/**
 * `check` and `target` (its id; may be left out where the check runs on one target) and `location` name the subject, which need not be
 * configured any more; `from` and `to` bound the slots; newest first. `evidence=true` adds what is kept of runs that were not all well.
 */
async function results({ query }: ApiRequest, { history, overview, clock }: ApiDependencies): Promise<ApiAnswer> {
  const id = query.get("check") ?? "";
  const targets = overview().checks.find((check) => check.id === id)?.targets ?? [];
  const target = query.get("target") ?? (targets.length === 1 ? targets[0]?.id : undefined);
  if (target === undefined)
    return targets.length === 0
      ? errorAnswer(404, "unknown", "there is no such check")
      : errorAnswer(422, "invalid", "the check has several targets; name one by its id");
  const from = momentSchema.safeParse(query.get("from"));
  const to = momentSchema.safeParse(query.get("to") ?? isoTime(clock.now()));
  if (!from.success || !to.success)
    return errorAnswer(
      422,
      "invalid",
      "from and to are times with a zone, such as 2026-11-26T18:00:00Z; from is needed",
    );
  const key = { check: id, target, location: query.get("location") ?? "default" };
  const found = await history.results(key, from.data, to.data, mostResults);
  const withEvidence = query.get("evidence") === "true";
  return jsonAnswer(200, {
    results: found.map((result) => shown(result, withEvidence)),
    isCut: found.length === mostResults,
  });
}

function shown(
  { slotMs, trigger, verdict, startedAtMs, durationMs, findings, evidence }: Result,
  withEvidence: boolean,
) {
  return {
    slot: isoTime(slotMs),
    trigger,
    verdict,
    startedAt: isoTime(startedAtMs),
    durationSeconds: durationMs / 1000,
    findings: findings.map((finding) => ({
      is: finding.is,
      ...(finding.is === "flaw" ? { severity: finding.severity } : {}),
      reason: finding.reason,
      detail: finding.detail,
    })),
    ...(withEvidence && evidence !== undefined ? { evidence } : {}),
  };
}
