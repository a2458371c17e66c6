import type { EpochMs } from "../time/time.ts";

/** What happened to an incident apart from alerts that begin and end. */
export const newsKinds = [
  "escalated",
  "taken",
  "untaken",
  "snoozed",
  "released",
  "assigned",
  "closed",
  "cause",
  "cause_changed",
] as const;
export type NewsKind = (typeof newsKinds)[number];

/** One step on the way from cause to impact, or one reported change: a few words and when; a step has the fingerprint of its alert. */
export type Moment = Readonly<{ atMs: EpochMs; text: string; fingerprint?: string }>;

/** Somebody who was reached for; people by their title. */
export type Reaching = Readonly<{ who: string; atMs: EpochMs; how: "call" | "message"; answer?: "none" | "taken" }>;

/** Who is next unless somebody takes the incident before; `again` for the same person as before. */
export type NextReaching = Readonly<{ who: string; atMs: EpochMs; again?: boolean }>;

/** What a message tells apart from its alerts. Each part is filled in by whoever knows it; what is absent is not told. */
export type Story = Readonly<{
  news?: Readonly<{ kind: NewsKind; who?: string; untilMs?: EpochMs }>;
  /** From the cause to the symptom, oldest first. */
  chain?: readonly Moment[];
  /** Fingerprint of the alert at the end of the chain: what people notice, so what the message is about. */
  impact?: string;
  /** What explained an alert of this message until that moment; from now on the alert is told on its own. */
  formerCause?: Moment;
  /** What fires on as an incident of its own while this one is over, the gravest first. */
  goesOn?: readonly string[];
  /** Deployments and the like, newest first. */
  changes?: readonly Moment[];
  reached?: readonly Reaching[];
  next?: readonly NextReaching[];
  /** Nobody has taken it and nobody is next: the chain has come to its end. */
  isLast?: boolean;
  /** Who took the incident, by title. */
  takenBy?: string;
}>;

/** Pages of the incident that the message leads to, signed where that lets the reader act. */
export type PageLinks = Readonly<{ take?: string; snooze?: string; evidence?: string }>;

/** What a message says that is about no alert: a report, a hand-over, a maintenance. Its lines are whole already. */
export type PlainWords = Readonly<{ title: string; lines: readonly string[] }>;
