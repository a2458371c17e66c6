import { createHash } from "node:crypto";
import type { Integration, Member } from "../config/receivers.ts";
import { Lane } from "./lane.ts";

/** One endpoint of an integration, taken for one message. */
export type Place = Readonly<{ member: Member; lane: Lane }>;

/** A turn that is asked for: at least so far away. */
export type Reservation = Readonly<{ urgent: boolean; atLeastMs: number }>;

/** The lanes of all endpoints, and what they mean for an integration, which may have several of them. Times are monotonic. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #reservedUntilMs = new Map<string, number>();

  /** Forgets endpoints that are no longer used. */
  keepOnly(endpoints: ReadonlySet<string>): void {
    for (const [endpoint, lane] of this.#lanes)
      if (!endpoints.has(endpoint) && !lane.busy) this.#lanes.delete(endpoint);
  }

  /**
   * Takes an endpoint for one message: the one that `key` always prefers, the next one where that is throttled, fails or refuses. An
   * endpoint that is only busy for the moment is waited for.
   */
  begin(integration: Integration, key: string, nowMs: number): Place | undefined {
    const places = this.#places(integration, nowMs);
    const start = places.length === 1 ? 0 : numberOf(key) % places.length;
    const inOrder = [...places.slice(start), ...places.slice(0, start)];
    const good = inOrder.filter(({ lane }) => !lane.isRefusing);
    for (const place of good.length === 0 ? inOrder : good) {
      if (place.lane.begin(nowMs)) return place;
      if (place.lane.busy && place.lane.waitMs(nowMs) === 0) return undefined;
    }
    return undefined;
  }

  /** How long a message waits that has so many before it, apart from those under way. */
  waitMs(integration: Integration, before: number, nowMs: number): number {
    const all = this.#places(integration, nowMs).map(({ lane }) => lane);
    const pauseMs = Math.min(...all.map((lane) => lane.pauseMs(nowMs)));
    const usable = all.filter((lane) => lane.pauseMs(nowMs) <= pauseMs);
    const tokens = usable.reduce((sum, lane) => sum + lane.tokens(nowMs), 0);
    const missing = Math.max(0, before + 1 - tokens);
    return Math.ceil(Math.max(pauseMs, missing * paceOf(usable)));
  }

  /** How long until some endpoint that is not busy could take a message; undefined while all are. */
  nextMs(integration: Integration, nowMs: number): number | undefined {
    const free = this.#places(integration, nowMs).filter(({ lane }) => !lane.busy);
    return free.length === 0 ? undefined : Math.min(...free.map(({ lane }) => lane.waitMs(nowMs)));
  }

  /** How long until some endpoint may be asked again after failures. */
  pauseMs(integration: Integration, nowMs: number): number {
    return Math.min(...this.#places(integration, nowMs).map(({ lane }) => lane.pauseMs(nowMs)));
  }

  /** True when every endpoint of the integration has refused several messages in a row. */
  isRefusing(integration: Integration, nowMs: number): boolean {
    return this.#places(integration, nowMs).every(({ lane }) => lane.isRefusing);
  }

  /** Milliseconds between two messages when there are many. */
  paceMs(integration: Integration, nowMs: number): number {
    return paceOf(this.#places(integration, nowMs).map(({ lane }) => lane));
  }

  /** The turn that `reserve` would give next. */
  backlogMs({ endpoint }: Integration, turn: Reservation, nowMs: number): number {
    return Math.max((this.#reservedUntilMs.get(`${endpoint} ${turn.urgent}`) ?? 0) - nowMs, turn.atLeastMs);
  }

  /** Gives a later turn, each further back than the one before, urgent ones apart; returns the wait. */
  reserve(integration: Integration, turn: Reservation, nowMs: number): number {
    const pace = this.paceMs(integration, nowMs);
    const waitMs = this.backlogMs(integration, turn, nowMs);
    this.#reservedUntilMs.set(`${integration.endpoint} ${turn.urgent}`, nowMs + waitMs + pace);
    return Math.ceil(waitMs);
  }

  #places({ members, limit }: Integration, nowMs: number): readonly Place[] {
    return members.map((member) => {
      const lane = this.#lanes.get(member.endpoint) ?? new Lane(limit, nowMs);
      this.#lanes.set(member.endpoint, lane);
      return { member, lane };
    });
  }
}

/** Milliseconds between two messages over several lanes. */
function paceOf(lanes: readonly Lane[]): number {
  return 1 / lanes.reduce((sum, lane) => sum + 1 / lane.paceMs, 0);
}

function numberOf(key: string): number {
  return createHash("sha256").update(key).digest().readUInt32BE(0);
}
