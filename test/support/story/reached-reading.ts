import { fingerprintsOf, type OutboxRow } from "../../../src/core/alerting/outbox.ts";
import type { EpochMs } from "../../../src/core/time/time.ts";
import type { ReachedWorld } from "./reached-world.ts";
import type { Arrived } from "./scripted-channels.ts";

/** One occurrence of an alert that somebody believes to fire. */
type Believed = Readonly<{ fingerprint: string; startsAtMs: EpochMs; name: string }>;

/** What one reader believes to fire; what it may have heard of, too; and which messages it has read. */
type Known = { believed: readonly Believed[] } & Readonly<{ mayKnow: Set<string>; seen: Set<string> }>;

type Complain = (what: string, fingerprint?: string) => void;

/** Longer than any chain of fallbacks of these stories takes. */
const soonMs = 8 * 60_000;
/** Channels that tell no end. */
const silent: ReadonlySet<string> = new Set(["phone", "wall"]);

/**
 * What the people at the other end would complain of: ends unheard-of, twice or of before, beginnings without an end, unmarked repetitions, calls about
 * ends or about what somebody has taken, silence; and what providers would: too many requests.
 */
export function complaints(world: ReachedWorld): readonly string[] {
  const faults: string[] = [];
  const readers = new Map<string, Known>();
  const news = new Set(world.said.filter(isNews).map(({ notification }) => notification.id));
  for (const arrived of world.channels.arrived) {
    const { place, isTaken, notification } = arrived;
    if (world.left.has(notification.receiver)) continue;
    const known = readers.get(place) ?? { believed: [], mayKnow: new Set(), seen: new Set() };
    readers.set(place, known);
    // What became of an incident names what fires of it; that nobody took a call may be known only after the end was told.
    if (news.has(notification.id) || !isTaken) noteUncertain(arrived, known);
    else
      hear(arrived, known, (what, fingerprint = "") => {
        if (!maybeHeard(world, arrived).has(fingerprint)) faults.push(`${place} ${what}`);
      });
  }
  for (const [place, { believed }] of readers) faults.push(...endless(world, place, believed));
  return [
    ...faults,
    ...rungInVain(world),
    ...toldAgain(world),
    ...unreached(world),
    ...lateEnds(world),
    ...hurried(world),
  ];
}

function noteUncertain({ notification: { alerts } }: Arrived, known: Known): void {
  for (const { fingerprint, startsAtMs, status } of alerts) {
    known.mayKnow.add(fingerprint);
    if (status === "resolved") forget(known, { fingerprint, startsAtMs });
  }
}

/** An end is that of all earlier occurrences, too; messages of two incidents may cross. */
function forget(known: Known, { fingerprint, startsAtMs }: Pick<Believed, "fingerprint" | "startsAtMs">): boolean {
  const count = known.believed.length;
  known.believed = known.believed.filter((each) => each.fingerprint !== fingerprint || each.startsAtMs > startsAtMs);
  return known.believed.length < count;
}

function hear({ notification, atMs }: Arrived, known: Known, complain: Complain): void {
  const { id, receiver, alerts, because, possibleDuplicate } = notification;
  const isDigest = because === "several messages in one";
  const { mayKnow, seen } = known;
  if (seen.has(id) && !possibleDuplicate) complain(`reads ${id} twice without a mark`);
  seen.add(id);
  for (const { fingerprint, startsAtMs, status, labels } of alerts) {
    // Trouble of a channel lasts until something is told there again.
    if (labels["check"] === undefined) continue;
    const name = `${labels["check"]} at ${timeOf(atMs)}`;
    if (status === "firing") known.believed = [...known.believed, { fingerprint, startsAtMs, name }];
    else {
      if (silent.has(receiver)) complain(`is told an end: ${name}`);
      const isKnown = [forget(known, { fingerprint, startsAtMs }), mayKnow.delete(fingerprint)].includes(true);
      const isAgain = known.believed.some((each) => each.fingerprint === fingerprint);
      if (isAgain && !isDigest) complain(`hears an end of before while it fires again: ${name}`, fingerprint);
      const occurrence = `${fingerprint}@${startsAtMs}`;
      if (seen.has(occurrence) && !isKnown && !isDigest && !possibleDuplicate)
        complain(`hears an end twice: ${name}`, fingerprint);
      seen.add(occurrence);
      // A digest tells the beginning, too; what may have arrived before says so.
      if (!isKnown && !isDigest && !possibleDuplicate) complain(`hears an end unheard-of: ${name}`, fingerprint);
    }
  }
}

/** Beginnings that a process had taken up when it died: nobody knows whether they arrived. */
function maybeHeard({ takenUp }: ReachedWorld, { notification: { receiver } }: Arrived): ReadonlySet<string> {
  const rows = takenUp.filter((row) => row.receiver === receiver);
  return new Set(rows.flatMap((row) => fingerprintsOf(row, "firing")));
}

/** What a reader believes to fire at the end, unless the end was given up there, which was told as trouble. */
function endless({ lost }: ReachedWorld, place: string, believed: Known["believed"]): readonly string[] {
  const [channel = ""] = place.split(" ");
  if (silent.has(channel)) return [];
  const ends = lost.filter(({ row }) => row.endpoint === channel).flatMap(({ row }) => fingerprintsOf(row, "resolved"));
  return believed.flatMap(({ fingerprint, name }) =>
    ends.includes(fingerprint) ? [] : [`${place} never hears the end of ${name}`],
  );
}

/** Calls about what somebody took after it was said and before the telephone rang; what another incident tells since is nobody's again. */
function rungInVain({ channels: { arrived }, taken, said }: ReachedWorld): readonly string[] {
  return arrived.flatMap(({ place, atMs, notification }) => {
    const { incident, alerts, createdAtMs } = notification;
    const firing = alerts.filter(({ status }) => status === "firing").map(({ fingerprint }) => fingerprint);
    if (!["phone", "bell"].includes(place.split(" ")[0] ?? "") || firing.length === 0) return [];
    const took = taken.find((each) => each.incident === incident && createdAtMs < each.atMs && each.atMs < atMs);
    const isElsewhere = said.some(
      (row) =>
        row.notification.incident !== incident &&
        row.notification.createdAtMs >= (took?.atMs ?? 0) &&
        fingerprintsOf(row, "firing").some((each) => firing.includes(each)),
    );
    return took === undefined || isElsewhere ? [] : [`${place} rings at ${timeOf(atMs)} for what is taken`];
  });
}

/** What one person was told twice of one saying, by what that person alone reads. */
function toldAgain({ channels: { arrived } }: ReachedWorld): readonly string[] {
  const seen = new Set<string>();
  return arrived.flatMap(
    ({ place, atMs, notification: { recipient, incident, alerts, createdAtMs, possibleDuplicate } }) => {
      const isOwn = recipient !== undefined && ["post", "text"].includes(place.split(" ")[0] ?? "");
      if (!isOwn || possibleDuplicate) return [];
      const saying = JSON.stringify([
        place,
        incident,
        createdAtMs,
        alerts.map(({ fingerprint, status }) => [fingerprint, status]),
      ]);
      const isAgain = seen.has(saying);
      seen.add(saying);
      return isAgain ? [`${place} is told the same again at ${timeOf(atMs)}`] : [];
    },
  );
}

/** What was to be told, was not over soon, and reached nobody although no trouble was told. */
function unreached({ said, channels: { arrived, attempts }, troubles }: ReachedWorld): readonly string[] {
  const heard = arrived.flatMap(({ isTaken, notification }) => (isTaken ? notification.alerts : []));
  const reached = new Set(heard.map(({ fingerprint }) => fingerprint));
  return said.flatMap((row) =>
    fingerprintsOf(row, "firing").flatMap((fingerprint) => {
      if (reached.has(fingerprint)) return [];
      const { createdAtMs, alerts } = row.notification;
      const ends = said.filter((other) => fingerprintsOf(other, "resolved").includes(fingerprint));
      const overAtMs = Math.max(...ends.map(({ notification }) => notification.createdAtMs));
      const isTold = troubles.some(({ atMs }) => atMs >= createdAtMs);
      const isTried = attempts.some(({ endpoint, wasTaken }) => endpoint === "bridge" && !wasTaken);
      if (overAtMs - createdAtMs < soonMs || isTold || isTried) return [];
      return [`${alerts.find((alert) => alert.fingerprint === fingerprint)?.labels["check"]} reaches nobody`];
    }),
  );
}

/** What was given up later than its time and the attempt under way. */
function lateEnds({ lost, deaths }: ReachedWorld): readonly string[] {
  const graceMs = 20_000 + deaths * 61_000;
  return lost.flatMap(({ row, atMs, reason }) =>
    atMs > row.giveUpAtMs + graceMs ? [`${row.receiver} is given up late: ${reason} ${row.dedupKey}`] : [],
  );
}

/** Endpoints that were asked more often within a time than twice their rate. */
function hurried({ channels: { attempts } }: ReachedWorld): readonly string[] {
  return attempts.flatMap(({ endpoint, life, atMs, limit }) => {
    const soon = attempts.filter(
      (other) =>
        other.endpoint === endpoint && other.life === life && other.atMs >= atMs && other.atMs < atMs + limit.perMs,
    );
    return soon.length > 2 * limit.count ? [`${endpoint} is asked ${soon.length} times in ${limit.perMs} ms`] : [];
  });
}

function timeOf(atMs: EpochMs): string {
  return new Date(atMs).toISOString().slice(11, 19);
}

function isNews({ dedupKey }: OutboxRow): boolean {
  return dedupKey.includes("/news/");
}
