import { type Alert, beganAtMs, type Explanation } from "../../core/alerting/alert.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import { formatDuration } from "../../core/time/duration.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { isDrill } from "../alert-book/drill-labels.ts";
import { placeIn, sinceOf } from "../grouping/told.ts";
import type { FlushItem, FlushStage } from "../pipeline/flush-item.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { Explanations, type Finding, isActive } from "./explanations.ts";
import type { GuestList } from "./guest-list.ts";
import { heldUntilMs, isCriticalBusiness } from "./holding.ts";
import { wayOf } from "./way-words.ts";

/** What becomes of one firing alert of a group. */
type Fate = Readonly<{
  alert: Alert;
  is: "told" | "silent" | "informed";
  lookAgainMs?: EpochMs;
  decision?: Omit<Decision, "atMs" | "stage" | "subject">;
}>;

/**
 * Takes alerts that a cause explains out of what their own groups say and makes them guests of the groups that tell the cause; holds
 * those whose cause is not confirmed. Made anew for every pass of a flush.
 */
export function correlating(guestList: GuestList): FlushStage {
  let explanations: Explanations | undefined;
  return {
    run(state, item, nowMs) {
      const { graph } = state;
      const isConcerned = (alert: Alert): boolean =>
        !isDrill(alert.labels) && (isActive(alert) || graph.startsOf(alert.labels).length > 0 || hasMappings(state));
      if (!item.firing.some(isConcerned)) return { state, output: item, decisions: [] };
      explanations ??= new Explanations(state, nowMs);
      const judging = new Judging(state, item, nowMs, guestList);
      const decisions: Decision[] = [];
      const fates = item.firing.map((alert) => judging.fateOf(alert, explanations?.of(alert) ?? { kind: "none" }));
      for (const { alert, decision } of fates)
        if (decision !== undefined)
          decisions.push({ atMs: nowMs, stage: "correlation", subject: alert.fingerprint, ...decision });
      return { state, output: sorted(item, fates), decisions };
    },
  };
}

function hasMappings({ config }: PipelineState): boolean {
  return Object.keys(config.correlation.mappings).length > 0;
}

function sorted(item: FlushItem, fates: readonly Fate[]): FlushItem {
  const of = (...kinds: readonly Fate["is"][]): readonly Alert[] =>
    fates.filter(({ is }) => kinds.includes(is)).map(({ alert }) => alert);
  const times = fates.flatMap(({ lookAgainMs }) => lookAgainMs ?? []);
  return {
    ...item,
    firing: of("told", "informed"),
    explained: of("silent"),
    informed: new Set(of("informed").map(({ fingerprint }) => fingerprint)),
    lookAgainMs: Math.min(item.lookAgainMs, ...times),
  };
}

class Judging {
  readonly #state: PipelineState;
  readonly #item: FlushItem;
  readonly #nowMs: EpochMs;
  readonly #guestList: GuestList;

  constructor(state: PipelineState, item: FlushItem, nowMs: EpochMs, guestList: GuestList) {
    this.#state = state;
    this.#item = item;
    this.#nowMs = nowMs;
    this.#guestList = guestList;
  }

  fateOf(alert: Alert, finding: Finding): Fate {
    if (this.#item.guests.has(alert.fingerprint)) return { alert, is: "told" };
    if (finding.kind === "explained") return this.#explained(alert, finding);
    if (isActive(alert) && alert.explanation !== undefined) return this.#outlived(alert, alert.explanation);
    if (finding.kind === "pending") return this.#held(alert, finding.cause);
    if (this.#isToldHere(alert)) return { alert, is: "told" };
    return { alert, is: "told", decision: { outcome: "pass", because: this.#whyNone(finding) } };
  }

  #whyNone(finding: Finding): string {
    const stale = finding.kind === "none" ? finding.stale : undefined;
    if (stale === undefined) return "nothing that is told explains it";
    const sinceMs = beganAtMs(stale);
    const { staleAfterMs } = this.#state.config.correlation;
    return `"${nameOf(stale)}" fails since ${new Date(sinceMs).toISOString()}, longer than ${formatDuration(staleAfterMs)} before it: it explains nothing (correlation.stale_after)`;
  }

  #explained(before: Alert, { root, chain, groups, untilMs }: Extract<Finding, { kind: "explained" }>): Fate {
    const explanation = before.explanation;
    const isKnown = isActive(before) && explanation?.root === root.fingerprint && explanation.endedAtMs === undefined;
    const isSame = isKnown && explanation.groups.join("\n") === groups.join("\n");
    const sinceMs = isKnown ? explanation.sinceMs : this.#newsMs(before);
    const alert = isSame
      ? before
      : this.#state.alerts.explain(before, { root: root.fingerprint, chain, sinceMs, groups });
    const decision = isKnown
      ? {}
      : {
          decision: {
            outcome: "explain",
            because: `explained by ${wayOf(chain)}`,
            by: `alert/${root.fingerprint}`,
          } as const,
        };
    if (groups.includes(this.#item.group.key)) return { alert, is: "told", ...decision };
    this.#guestList.invite(alert, root, groups, isActive(before) && explanation?.root !== root.fingerprint);
    const fate = { alert, is: "silent", lookAgainMs: untilMs, ...decision } as const;
    if (this.#mustInform(alert, groups)) return this.#informing(fate, root);
    return this.#isOfAnotherCause(alert) ? this.#informingAgain(fate) : fate;
  }

  /** Now; where the clock went back a little, just after what groups of the alert told last, so that it is news to them. */
  #newsMs({ fingerprint }: Alert): EpochMs {
    const tellings = this.#state.groups.groupsOf(fingerprint).map(({ told }) => told?.atMs ?? 0);
    const toldMs = tellings.reduce((latestMs, atMs) => Math.max(latestMs, atMs), 0);
    return toldMs > this.#nowMs ? toldMs + 1 : this.#nowMs;
  }

  /** Told here for information, and explained by something else since. */
  #isOfAnotherCause({ fingerprint, explanation }: Alert): boolean {
    const { told } = this.#item.group;
    return told !== undefined && placeIn(told, fingerprint) !== undefined && (explanation?.sinceMs ?? 0) > told.atMs;
  }

  /** Not sooner than the interval of the group. */
  #informingAgain(fate: Fate): Fate {
    const { group, route } = this.#item;
    const dueMs = (group.told?.atMs ?? 0) + route.groupIntervalMs;
    if (this.#nowMs >= dueMs) return { ...fate, is: "informed" };
    return { ...fate, lookAgainMs: Math.min(dueMs, fate.lookAgainMs ?? dueMs) };
  }

  /** Critical business alerts are told to their own receiver once, unless the cause's message reaches it anyway. */
  #mustInform(alert: Alert, groups: readonly string[]): boolean {
    const { group } = this.#item;
    if (!isCriticalBusiness(alert) || this.#isToldHere(alert)) return false;
    return !groups.some((key) => this.#state.groups.get(key)?.receiver === group.receiver);
  }

  /** The notice belongs to the incident of the cause, which may open only later in this flush. */
  #informing(fate: Fate, root: Alert): Fate {
    const isOpen = this.#state.groups
      .groupsOf(root.fingerprint)
      .some(
        ({ incident }) => this.#state.incidents.get(incident ?? "")?.status !== "resolved" && incident !== undefined,
      );
    if (isOpen || this.#guestList.isLastPass) return { ...fate, is: "informed" };
    return { ...fate, lookAgainMs: this.#nowMs };
  }

  #outlived(alert: Alert, explanation: Explanation): Fate {
    const { graceMs } = this.#state.config.correlation;
    const graceEndMs = explanation.endedAtMs === undefined ? this.#nowMs : explanation.endedAtMs + graceMs;
    const isBeside = explanation.groups.includes(this.#item.group.key);
    if (this.#nowMs < graceEndMs) return { alert, is: isBeside ? "told" : "silent", lookAgainMs: graceEndMs };
    const released = this.#state.alerts.explain(alert, { ...explanation, releasedAtMs: this.#newsMs(alert) });
    this.#guestList.dismiss(explanation.groups);
    const why = explanation.endedAtMs === undefined ? "is not told any more" : "is over";
    const because = `no longer explained by ${wayOf(explanation.chain)}: that ${why}`;
    return {
      alert: released,
      is: "told",
      decision: { outcome: "pass", because, by: `alert/${explanation.root}` },
    };
  }

  #held(before: Alert, cause: Alert): Fate {
    const { waitMs } = this.#state.config.correlation;
    const untilMs = heldUntilMs(before, waitMs, this.#nowMs);
    const name = nameOf(cause);
    const by = `alert/${cause.fingerprint}`;
    if (untilMs === undefined) {
      if (before.heldSinceMs === undefined || this.#isToldHere(before)) return { alert: before, is: "told" };
      const because = `waited ${formatDuration(waitMs)} for "${name}", which is not confirmed`;
      return { alert: before, is: "told", decision: { outcome: "pass", because, by } };
    }
    const alert = this.#state.alerts.hold(before, before.heldSinceMs ?? this.#nowMs);
    if (before.heldSinceMs !== undefined) return { alert, is: "silent", lookAgainMs: untilMs };
    const because = `waits at most ${formatDuration(waitMs)} for "${name}", which fails but is not confirmed`;
    return { alert, is: "silent", lookAgainMs: untilMs, decision: { outcome: "hold", because, by } };
  }

  #isToldHere({ fingerprint, startsAtMs }: Alert): boolean {
    return sinceOf(this.#item.group.told, fingerprint) === startsAtMs;
  }
}

function nameOf({ annotations, labels, fingerprint }: Alert): string {
  return annotations["summary"] ?? labels["alertname"] ?? fingerprint;
}
