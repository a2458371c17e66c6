import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import { compareSeverity } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { severityOf } from "../alert-book/alert-severity.ts";
import { policyOf } from "../escalation/chain/consider-policy.ts";
import { isStronger } from "../escalation/policies/policy-strength.ts";
import { adoptTold } from "../grouping/adopt-told.ts";
import { changeDueMs } from "../grouping/change-due.ts";
import { sinceOf } from "../grouping/told.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { isCriticalBusiness } from "./holding.ts";

type Invitation = { readonly guests: Alert[]; readonly roots: Map<string, Alert> };

/** Collects during a pass which explained alerts join which groups, so that a group of thousands is written once. */
export class GuestList {
  /** True when no further pass follows in this flush. */
  readonly isLastPass: boolean;
  readonly #invited = new Map<string, Invitation>();
  readonly #dismissed = new Set<string>();
  readonly #moving = new Set<string>();

  constructor(isLastPass: boolean) {
    this.isLastPass = isLastPass;
  }

  /** `isMoving` of a guest that another cause has explained until now. */
  invite(guest: Alert, root: Alert, keys: readonly string[], isMoving: boolean): void {
    if (isMoving) this.#moving.add(guest.fingerprint);
    for (const key of keys) {
      const invitation = this.#invited.get(key) ?? { guests: [], roots: new Map<string, Alert>() };
      invitation.guests.push(guest);
      invitation.roots.set(root.fingerprint, root);
      this.#invited.set(key, invitation);
    }
  }

  /** Groups that are to look again because an explained alert leaves them. */
  dismiss(keys: readonly string[]): void {
    for (const key of keys) this.#dismissed.add(key);
  }

  /** Writes the guests into their groups and sets when those speak; returns the groups that had to do with it. */
  seat(state: PipelineState, nowMs: EpochMs): readonly string[] {
    for (const [key, { guests, roots }] of this.#invited) {
      const known = state.groups.get(key);
      if (known === undefined) continue;
      const members = new Set(known.members);
      const joining = guests.filter(({ fingerprint }) => !members.has(fingerprint));
      // What a group that the routes have left told the same receiver of a guest is not told again; another cause is.
      const staying = joining.filter(({ fingerprint }) => !this.#moving.has(fingerprint));
      const group = staying.reduce(
        (adopting, { fingerprint, labels }) => adoptTold(state, adopting, fingerprint, labels),
        known,
      );
      const someUntold = [...roots.values()].some((root) => sinceOf(group.told, root.fingerprint) !== root.startsAtMs);
      if (joining.length === 0 && !someUntold) continue;
      const dueMs = someUntold ? nowMs : joinDueMs(state, group, joining, nowMs);
      const nextFlushMs = Math.min(group.nextFlushMs, dueMs);
      const added = new Set(joining.map(({ fingerprint }) => fingerprint));
      state.groups.put({ ...group, members: [...group.members, ...added], nextFlushMs });
    }
    for (const key of this.#dismissed) {
      const group = state.groups.get(key);
      if (group !== undefined && group.nextFlushMs > nowMs) state.groups.put({ ...group, nextFlushMs: nowMs });
    }
    return [...this.#invited.keys(), ...this.#dismissed];
  }
}

/**
 * A symptom has waited as long as its own route asks: where it is graver than all that was told, brings a stronger policy into the
 * incident, or is a critical one of the business, it is told at once; else the group keeps its distance.
 */
function joinDueMs(state: PipelineState, group: AlertGroup, guests: readonly Alert[], nowMs: EpochMs): EpochMs {
  const { alerts, routes, config } = state;
  if (guests.some((guest) => isCriticalBusiness(guest) || bringsStrongerPolicy(state, group, guest))) return nowMs;
  const gravestOf = (fingerprints: readonly string[]) =>
    fingerprints
      .map((each) => severityOf(alerts.get(each)?.labels["severity"]))
      .sort(compareSeverity)
      .at(-1) ?? "info";
  const gravestGuest = gravestOf(guests.map(({ fingerprint }) => fingerprint));
  if (compareSeverity(gravestGuest, gravestOf(group.told?.firing ?? [])) > 0) return nowMs;
  return changeDueMs(group, routes.get(group.route) ?? config.route, nowMs);
}

function bringsStrongerPolicy({ config, incidents }: PipelineState, group: AlertGroup, guest: Alert): boolean {
  const brought = policyOf(config, guest.labels);
  if (brought === undefined) return false;
  const known = incidents.get(group.incident ?? "")?.escalation?.policy;
  return known === undefined || isStronger(brought, known);
}
