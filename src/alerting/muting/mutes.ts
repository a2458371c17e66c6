import type { Alert } from "../../core/alerting/alert.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { severityOf } from "../alert-book/alert-severity.ts";
import { isDrill } from "../alert-book/drill-labels.ts";
import { holdName } from "../holding/holding.ts";
import { type OpenWindow, openWindows } from "../maintenance/open-windows.ts";
import { coversOf } from "../maintenance/scope.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { matchRoutes, type Route } from "../routing/route-tree.ts";
import { InhibitionGraph } from "./inhibition-graph.ts";

/** What keeps an alert from being told on a route. */
export type Mute = Readonly<{
  /** `silence/<id>`, `maintenance/<id>`, `time_interval/<name>`, `hold/<name>` or `alert/<fingerprint of the source>`. */
  by: string;
  because: string;
  /** When it has to be asked again; infinite when no clock ends it. */
  untilMs: EpochMs;
}>;

/** Answers for one moment what mutes which alert; the alerts must not change meanwhile. */
export class Mutes {
  readonly #state: PipelineState;
  readonly #nowMs: EpochMs;
  readonly #timingChanges = new Map<string, EpochMs>();
  #graph: InhibitionGraph | undefined;
  #windows: readonly OpenWindow[] | undefined;

  constructor(state: PipelineState, nowMs: EpochMs) {
    this.#state = state;
    this.#nowMs = nowMs;
  }

  /** What mutes the alert on this route, until all of that may be over; undefined when it is to be told. */
  of(alert: Alert, route: Route): Mute | undefined {
    const found = [
      ...this.#silences(alert),
      ...this.#inhibition(alert),
      ...this.#maintenance(alert),
      ...this.#intervals(route),
      ...this.#hold(route, alert),
    ];
    const [first] = found;
    if (first === undefined) return undefined;
    return {
      by: first.by,
      because: found.map(({ because }) => because).join("; "),
      untilMs: Math.max(...found.map(({ untilMs }) => untilMs)),
    };
  }

  /** The routes on which an alert is told now, with who is told, and until when the clock leaves that so. */
  speaking(alert: Alert): Readonly<{ routes: readonly Route[]; untilMs: EpochMs }> {
    const routes = this.#routesOf(alert).filter((route) => this.#isSpokenOn(route, alert));
    return { routes, untilMs: this.#timingChangesMs(alert) };
  }

  /** True when an alert is told now on some route. */
  isSpoken(alert: Alert): boolean {
    return this.#routesOf(alert).some((route) => this.#isSpokenOn(route, alert));
  }

  #isSpokenOn(route: Route, alert: Alert): boolean {
    const { receivers } = this.#state.config;
    return (receivers.get(route.receiver)?.integrations.length ?? 0) > 0 && this.of(alert, route) === undefined;
  }

  #silences({ labels }: Alert): readonly Mute[] {
    return this.#state.silences.activeFor(labels, this.#nowMs).map(({ id, createdBy, comment, endsAtMs }) => ({
      by: `silence/${id}`,
      because: `silence ${id} of ${createdBy}: "${comment}"${ending(endsAtMs)}`,
      untilMs: endsAtMs,
    }));
  }

  #inhibition(alert: Alert): readonly Mute[] {
    const { inhibitions } = this.#state.config.muting;
    if (inhibitions.length === 0) return [];
    this.#graph ??= new InhibitionGraph(inhibitions, this.#speaking());
    const inhibitor = this.#graph.inhibitorOf(alert);
    if (inhibitor === undefined) return [];
    const { source, rule } = inhibitor;
    const name = source.annotations["summary"] ?? source.labels["alertname"] ?? source.fingerprint;
    const because = `inhibited by "${name}" (rule ${rule})`;
    return [{ by: `alert/${source.fingerprint}`, because, untilMs: this.#inhibitedUntilMs(this.#graph, alert) }];
  }

  /** Until no source speaks any more by the clock; what ends a source otherwise lets its targets look again anyway. */
  #inhibitedUntilMs(graph: InhibitionGraph, target: Alert): EpochMs {
    let untilMs = 0;
    for (const { source } of graph.inhibitorsOf(target)) {
      untilMs = Math.max(untilMs, this.#timingChangesMs(source));
      if (untilMs === Number.POSITIVE_INFINITY) break;
    }
    return untilMs;
  }

  #maintenance({ labels }: Alert): readonly Mute[] {
    this.#windows ??= openWindows(this.#state, this.#nowMs);
    return this.#windows
      .filter(({ covers }) => covers(labels))
      .map(({ id, title, untilMs }) => {
        return { by: `maintenance/${id}`, because: `maintenance "${title}"${ending(untilMs)}`, untilMs };
      });
  }

  #intervals(route: Route): readonly Mute[] {
    const { intervals } = this.#state.config.muting;
    const muting = route.muteIntervals.flatMap((name) => {
      const interval = intervals.get(name)?.(this.#nowMs);
      if (interval?.isWithin !== true) return [];
      const { untilMs } = interval;
      return [{ by: `time_interval/${name}`, because: `${route.id} is muted by ${name}${ending(untilMs)}`, untilMs }];
    });
    const active = route.activeIntervals.flatMap((name) => intervals.get(name)?.(this.#nowMs) ?? []);
    if (route.activeIntervals.length === 0 || active.some(({ isWithin }) => isWithin)) return muting;
    const untilMs = Math.min(...active.map((interval) => interval.untilMs));
    const names = route.activeIntervals.join(", ");
    const because = `${route.id} tells only within ${names}${ending(untilMs)}`;
    return [...muting, { by: `time_interval/${names}`, because, untilMs }];
  }

  /** A route holds back what may wait; what is critical may not. */
  #hold({ id, hold }: Route, { labels }: Alert): readonly Mute[] {
    if (hold === undefined || severityOf(labels["severity"]) === "critical") return [];
    const interval = this.#state.config.muting.intervals.get(hold)?.(this.#nowMs);
    if (interval?.isWithin !== true) return [];
    const { untilMs } = interval;
    return [
      { by: holdName(hold), because: `${id} holds it for the digest at the end of ${hold}${ending(untilMs)}`, untilMs },
    ];
  }

  /** Sources that fire and that neither a silence nor maintenance nor the intervals of all their routes mute: what nobody hears of explains nothing. */
  #speaking(): readonly Alert[] {
    const { config, routes, alerts } = this.#state;
    const someRouteIsMuted = [...routes.values()].some(
      (route) => route.hold !== undefined || this.#intervals(route).length > 0,
    );
    return alerts.all().filter((alert) => {
      if (alert.status !== "firing" || isDrill(alert.labels)) return false;
      if (!config.muting.inhibitions.some((rule) => rule.sideOf(alert.labels).isSource)) return false;
      if (this.#silences(alert).length > 0 || this.#maintenance(alert).length > 0) return false;
      const isTold = (route: Route): boolean =>
        this.#intervals(route).length === 0 && this.#hold(route, alert).length === 0;
      return !someRouteIsMuted || this.#routesOf(alert).some(isTold);
    });
  }

  /** The first moment at which an alert that speaks may fall silent by the clock. */
  #timingChangesMs(alert: Alert): EpochMs {
    const known = this.#timingChanges.get(alert.fingerprint);
    if (known !== undefined) return known;
    const { intervals, maintenance } = this.#state.config.muting;
    const names = this.#routesOf(alert).flatMap(({ muteIntervals, activeIntervals, hold }) => [
      ...muteIntervals,
      ...activeIntervals,
      ...(hold === undefined ? [] : [hold]),
    ]);
    const windows = maintenance.filter(({ scope }) => coversOf(scope)(alert.labels)).map(({ stateAt }) => stateAt);
    const watched = [...windows, ...names.flatMap((name) => intervals.get(name) ?? [])];
    const silencedMs = this.#state.silences.nextStartMs(alert.labels, this.#nowMs);
    const changesMs = Math.min(silencedMs, ...watched.map((stateAt) => stateAt(this.#nowMs).untilMs));
    this.#timingChanges.set(alert.fingerprint, changesMs);
    return changesMs;
  }

  #routesOf({ labels }: Alert): readonly Route[] {
    return matchRoutes(this.#state.config.route, labels);
  }
}

function ending(untilMs: EpochMs): string {
  return Number.isFinite(untilMs) ? ` until ${new Date(untilMs).toISOString()}` : "";
}
