import type { Statement } from "better-sqlite3";
import type { Series, SeriesPoint, SeriesQuery } from "../../core/checks/series.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { bucketOf, increaseBetween, type MinuteBucket, minuteMs, pointsOf, windowOf } from "../minute-bucket.ts";
import { LabelReader, SeriesCatalogue, SharedTexts } from "../series-catalogue.ts";
import { decodeBuckets, encodeBuckets } from "./bucket-codec.ts";
import { Ledger } from "./ledger.ts";
import { OpenMinutes } from "./open-minutes.ts";
import { build, type Follower, type Session } from "./session.ts";

/** Minutes that wait in memory while they cannot be written; the oldest goes first. */
const mostWaitingMinutes = 500_000;

export type SeriesBounds = Readonly<{ maxSeries: number }>;

/** Series as 1-minute buckets: the open minute in memory, finished ones in the tail, finished hours packed. */
export class SeriesTable implements Follower {
  readonly ledger: Ledger;
  readonly #session: Session;
  readonly #maxSeries: number;
  readonly #insert: Statement;
  readonly #savePacked: Statement;
  readonly #delete: Statement;
  readonly #catalogue = new SeriesCatalogue();
  /** The newest reading of counters. */
  readonly #lastValues: (number | undefined)[] = [];
  readonly #open = new OpenMinutes();
  readonly #finished = new Map<number, MinuteBucket[]>();
  #finishedCount = 0;
  #removing: number[] = [];
  #next = 1;
  #droppedCount = 0;

  constructor(session: Session, { maxSeries }: SeriesBounds) {
    const { db } = session;
    this.#session = session;
    this.#maxSeries = maxSeries;
    this.#insert = db.prepare("INSERT INTO series (id, key, metric, labels, packed_id) VALUES (?, ?, ?, ?, 0)");
    this.#savePacked = db.prepare("UPDATE series SET packed_id = ? WHERE id = ?");
    this.#delete = db.prepare("DELETE FROM series WHERE id = ?");
    const packedIds: number[] = [];
    const texts = new SharedTexts();
    for (const row of session.all(build.selectFrom("series").selectAll())) {
      packedIds[row.id] = row.packed_id;
      this.#next = Math.max(this.#next, row.id + 1);
      this.#catalogue.add(row.key, { number: row.id, metric: row.metric, labelsText: texts.of(row.labels) });
    }
    this.ledger = new Ledger(session, { tail: "series_tail", packed: "series_packed" }, packedIds);
    session.follow(this);
  }

  get size(): number {
    return this.#catalogue.size;
  }

  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** One above the highest number in use. */
  get end(): number {
    return this.#next;
  }

  /** Takes points into memory. New series become known in one transaction; when that fails, nothing was taken. */
  append(points: readonly SeriesPoint[]): void {
    this.#makeKnown(points);
    for (const point of points) {
      const known = this.#catalogue.get(point.series);
      if (known === undefined) this.#droppedCount += 1;
      else this.#take(known.number, point);
    }
  }

  query(query: SeriesQuery, nowMs: EpochMs, reader = new LabelReader()): readonly Series[] {
    const window = windowOf(query, nowMs);
    const found = this.#catalogue.find(query, reader).map(({ number, labels }) => {
      return { labels, points: pointsOf(this.#buckets(number, window.fromMs, window.untilMs), query, window) };
    });
    return found.filter((series) => series.points.length > 0);
  }

  /** True when minutes have ended that are not on disk. */
  hasFinished(nowMs: EpochMs): boolean {
    this.#finishOpen(Math.floor(nowMs / minuteMs) * minuteMs);
    return this.#finishedCount > 0;
  }

  /** Writes the minutes that have ended, in one transaction; when that fails, they stay in memory. */
  flush(nowMs: EpochMs): void {
    if (!this.hasFinished(nowMs)) return;
    this.#session.transaction(() => {
      for (const [number, buckets] of this.#finished) {
        for (const bucket of buckets) this.ledger.append(number, bucket.atMs, encodeBuckets([bucket]));
      }
    });
    this.#finished.clear();
    this.#finishedCount = 0;
  }

  /** Writes everything, the open minute too: for closing. */
  flushAll(): void {
    this.#finishOpen(Number.MAX_SAFE_INTEGER);
    this.flush(0);
  }

  /** Packs the oldest unfinished hour of a series when it ended before the moment; returns how many rows of the tail that were. */
  packOldestHour(number: number, beforeMs: EpochMs): number {
    const rows = this.ledger.oldestHour(number, beforeMs);
    const last = rows.at(-1);
    if (last === undefined) return 0;
    this.ledger.addPacked(number, rows, encodeBuckets(rows.flatMap((row) => decodeBuckets(row.body))));
    this.#savePacked.run(last.id, number);
    return rows.length;
  }

  knows(number: number): boolean {
    return this.#catalogue.has(number);
  }

  /** True when no minute of the series is left. */
  isEmpty(number: number): boolean {
    if (this.#open.has(number) || this.#finished.has(number)) return false;
    return this.ledger.isEmpty(number);
  }

  /** Forgets a series, so that another may take its place in the budget. */
  remove(number: number): void {
    this.#delete.run(number);
    this.#removing.push(number);
  }

  confirm(): void {
    for (const number of this.#removing) {
      this.#catalogue.remove(number);
      this.#lastValues[number] = undefined;
    }
    this.discard();
  }

  discard(): void {
    this.#removing = [];
  }

  #makeKnown(points: readonly SeriesPoint[]): void {
    const fresh = new Map<string, SeriesPoint>();
    for (const point of points) {
      if (this.#catalogue.size + fresh.size >= this.#maxSeries) break;
      if (this.#catalogue.get(point.series) === undefined) fresh.set(point.series, point);
    }
    if (fresh.size === 0) return;
    let number = this.#next;
    const texts = new SharedTexts();
    const added = [...fresh].map(([key, { metric, labels }]) => {
      return [key, { number: number++, metric, labelsText: texts.of(JSON.stringify(labels)) }] as const;
    });
    this.#session.transaction(() => {
      for (const [key, series] of added) this.#insert.run(series.number, key, series.metric, series.labelsText);
    });
    this.#next = number;
    for (const [key, series] of added) this.#catalogue.add(key, series);
  }

  #take(number: number, { kind, value, atMs }: SeriesPoint): void {
    let increase = 0;
    if (kind === "counter") {
      increase = increaseBetween(this.#lastValue(number), value);
      this.#lastValues[number] = value;
    }
    const startMs = Math.floor(atMs / minuteMs) * minuteMs;
    const open = this.#open.get(number);
    if (open?.atMs === startMs) this.#open.add(number, value, increase);
    else if (open !== undefined && open.atMs > startMs) this.#finish(number, bucketOf(atMs, value, increase));
    else {
      if (open !== undefined) this.#finish(number, open);
      this.#open.open(number, startMs, value, increase);
    }
  }

  #finish(number: number, bucket: MinuteBucket): void {
    const waiting = this.#finished.get(number);
    if (waiting === undefined) this.#finished.set(number, [bucket]);
    else waiting.push(bucket);
    this.#finishedCount += 1;
    if (this.#finishedCount > mostWaitingMinutes) this.#dropOldest();
  }

  #dropOldest(): void {
    for (const [number, waiting] of this.#finished) {
      this.#droppedCount += waiting.shift()?.count ?? 0;
      this.#finishedCount -= 1;
      this.#finished.delete(number);
      if (waiting.length > 0) this.#finished.set(number, waiting);
      return;
    }
  }

  #finishOpen(beforeMs: EpochMs): void {
    for (const [number, bucket] of this.#open.takeEnded(beforeMs)) this.#finish(number, bucket);
  }

  /** The newest reading of a counter, from before a restart where need be. */
  #lastValue(number: number): number | undefined {
    const known = this.#lastValues[number];
    if (known !== undefined) return known;
    for (const row of this.ledger.newestTailRows(number)) return decodeBuckets(row.body).at(-1)?.last;
    for (const block of this.ledger.newestPackedBlocks(number, 0, Number.MAX_SAFE_INTEGER)) {
      return decodeBuckets(block.body).at(-1)?.last;
    }
    return undefined;
  }

  #buckets(number: number, fromMs: EpochMs, untilMs: EpochMs): readonly MinuteBucket[] {
    const buckets: MinuteBucket[] = [];
    for (const block of this.ledger.packedBlocks(number, fromMs, untilMs)) buckets.push(...decodeBuckets(block.body));
    for (const row of this.ledger.tailRows(number)) {
      if (row.at_ms >= fromMs && row.at_ms < untilMs) buckets.push(...decodeBuckets(row.body));
    }
    buckets.push(...(this.#finished.get(number) ?? []));
    const open = this.#open.get(number);
    return open === undefined ? buckets : [...buckets, open];
  }
}
