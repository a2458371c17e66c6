import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { TrackedMap } from "../tracked-map.ts";

/** Knows every group, which groups an alert is in, and when the next one is due. */
export class GroupBook {
  readonly #groups = new TrackedMap<AlertGroup>();
  readonly #keysByMember = new Map<string, Set<string>>();
  readonly #letGo = new Set<string>();
  #nextFlushMs: EpochMs | undefined;
  #nextFlushKnown = true;

  get(key: string): AlertGroup | undefined {
    return this.#groups.get(key);
  }

  all(): readonly AlertGroup[] {
    return this.#groups.values();
  }

  /** Takes a group over as the store had it. */
  load(group: AlertGroup): void {
    this.#index(this.#groups.get(group.key), group);
    this.#groups.load(group.key, group);
  }

  put(group: AlertGroup): void {
    this.#index(this.#groups.get(group.key), group);
    this.#groups.set(group.key, group);
  }

  remove(key: string): void {
    this.#index(this.#groups.get(key), undefined);
    this.#groups.delete(key);
  }

  /** Groups that hold the alert. */
  groupsOf(fingerprint: string): readonly AlertGroup[] {
    const keys = [...(this.#keysByMember.get(fingerprint) ?? [])].sort();
    return keys.flatMap((key) => this.#groups.get(key) ?? []);
  }

  /** Groups besides one that hold the alert. */
  othersOf(fingerprint: string, key: string): readonly AlertGroup[] {
    const keys = this.#keysByMember.get(fingerprint);
    const isAlone = keys === undefined || keys.size === 0 || (keys.size === 1 && keys.has(key));
    return isAlone ? [] : this.groupsOf(fingerprint).filter((group) => group.key !== key);
  }

  holds(fingerprint: string): boolean {
    return this.#keysByMember.has(fingerprint);
  }

  /** True when the alert is a member of the group. */
  isMember(key: string, fingerprint: string): boolean {
    return this.#keysByMember.get(fingerprint)?.has(key) === true;
  }

  /** True when the group that an incident belongs to tells about it. */
  isHomeOf({ id, groupKey }: Pick<Incident, "id" | "groupKey">): boolean {
    return this.#groups.get(groupKey)?.incident === id;
  }

  /** Incidents that a group has let go of since the last call. */
  takeLetGo(): readonly string[] {
    const letGo = [...this.#letGo];
    this.#letGo.clear();
    return letGo;
  }

  /** Groups whose flush is due, the longest due first. */
  due(nowMs: EpochMs): readonly AlertGroup[] {
    const next = this.nextFlushMs();
    if (next === undefined || next > nowMs) return [];
    return this.#groups
      .values()
      .filter((group) => group.nextFlushMs <= nowMs)
      .sort((a, b) => a.nextFlushMs - b.nextFlushMs || (a.key < b.key ? -1 : 1));
  }

  /** When the next flush is due; undefined without groups. */
  nextFlushMs(): EpochMs | undefined {
    if (this.#nextFlushKnown) return this.#nextFlushMs;
    let next: EpochMs | undefined;
    for (const group of this.#groups.values())
      if (next === undefined || group.nextFlushMs < next) next = group.nextFlushMs;
    this.#nextFlushMs = next;
    this.#nextFlushKnown = true;
    return next;
  }

  /** Groups written and removed since the last call. */
  takeChanges(): Readonly<{ changed: readonly AlertGroup[]; removed: readonly string[] }> {
    return this.#groups.takeChanges();
  }

  /** The next flush is looked for again only when the group that was next moves away: with a group per alert there may be thousands. */
  #time(before: AlertGroup | undefined, after: AlertGroup | undefined): void {
    const [beforeMs, afterMs] = [before?.nextFlushMs, after?.nextFlushMs];
    if (beforeMs !== undefined && beforeMs !== afterMs && beforeMs === this.#nextFlushMs) this.#nextFlushKnown = false;
    if (!this.#nextFlushKnown || afterMs === undefined) return;
    if (this.#nextFlushMs === undefined || afterMs < this.#nextFlushMs) this.#nextFlushMs = afterMs;
  }

  /** Members mostly grow at the end; what both lists begin with is not touched, so that a group of thousands stays cheap to join. */
  #index(before: AlertGroup | undefined, after: AlertGroup | undefined): void {
    this.#time(before, after);
    if (before?.incident !== undefined && before.incident !== after?.incident) this.#letGo.add(before.incident);
    if (before?.members === after?.members) return;
    const old = before?.members ?? [];
    const now = after?.members ?? [];
    let shared = 0;
    while (shared < old.length && old[shared] === now[shared]) shared += 1;
    for (const member of old.slice(shared)) {
      const keys = this.#keysByMember.get(member);
      keys?.delete(before?.key ?? "");
      if (keys?.size === 0) this.#keysByMember.delete(member);
    }
    for (const member of now.slice(shared)) {
      const keys = this.#keysByMember.get(member) ?? new Set<string>();
      this.#keysByMember.set(member, keys.add(after?.key ?? ""));
    }
  }
}
