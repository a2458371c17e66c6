import type { StoryStep } from "../support/story/steps.ts";
import { downFinding, slowFinding, unknownFinding } from "../support/worlds/alerting-world.ts";

const minuteMs = 60_000;

/** Found by chance: a held chain followed what had fired since at once after a start, otherwise when it was asked again. */
const graverWhileHeld: readonly StoryStep[] = [
  { do: "run", check: 5, findings: [downFinding] },
  { do: "wait", ms: 2 * minuteMs },
  { do: "run", check: 5, findings: [slowFinding] },
  { do: "wait", ms: 6 * minuteMs },
  { do: "run", check: 1, findings: [downFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "run", check: 5, findings: [downFinding] },
  { do: "restart" },
];

/** Found by chance: an alert began anew in a group that the routes had left, and came back to it by the next edit when that group was due, unless a start came between. */
const beginsAnewAside: readonly StoryStep[] = [
  { do: "run", check: 1, findings: [downFinding] },
  { do: "run", check: 1, findings: [] },
  { do: "reload", config: 2 },
  { do: "run", check: 1, findings: [downFinding] },
  { do: "restart" },
  { do: "reload", config: 0 },
  { do: "wait", ms: 2 * minuteMs },
];

/** Found by chance: a cause that ended while a mute kept it from being told was given up at a start, otherwise later. */
const mutedCauseEnds: readonly StoryStep[] = [
  { do: "run", check: 2, findings: [unknownFinding] },
  { do: "wait", ms: 6 * minuteMs },
  { do: "run", check: 0, findings: [downFinding] },
  { do: "wait", ms: 12 * minuteMs },
  { do: "run", check: 1, findings: [downFinding] },
  { do: "wait", ms: 40_000 },
  { do: "run", check: 0, findings: [] },
  { do: "restart" },
  { do: "run", check: 0, findings: [downFinding] },
  { do: "reload", config: 4 },
];

/** Found by chance: what was told on its own again before the clock was set back was told without end after an edit. */
const releasedInTheFuture: readonly StoryStep[] = [
  { do: "run", check: 0, findings: [downFinding] },
  { do: "reload", config: 2 },
  { do: "run", check: 3, findings: [downFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "run", check: 1, findings: [downFinding] },
  { do: "jump", ms: -90 * minuteMs },
  { do: "act", act: "silenceHost" },
  { do: "wait", ms: 6 * minuteMs },
  { do: "reload", config: 0 },
];

/** Until a cause is found that a mute keeps from being told. */
const untilMuted: readonly StoryStep[] = [
  { do: "run", check: 3, findings: [slowFinding] },
  { do: "reload", config: 2 },
  { do: "run", check: 1, findings: [downFinding] },
  { do: "wait", ms: 40_000 },
  { do: "run", check: 0, findings: [downFinding] },
  { do: "run", check: 3, findings: [downFinding] },
  { do: "run", check: 1, findings: [] },
];
/** Found by chance: a cause that a mute had kept from being told was told at a start, otherwise when something happened to its incident. */
const mutedCauseAtStart: readonly StoryStep[] = [
  ...untilMuted,
  { do: "reload", config: 0 },
  { do: "run", check: 1, findings: [downFinding] },
  { do: "restart" },
];

/** Found by chance: the same of an incident whose chain was held. */
const mutedCauseOfHeldChain: readonly StoryStep[] = [
  ...untilMuted,
  { do: "wait", ms: 27 * minuteMs },
  { do: "run", check: 1, findings: [downFinding] },
  { do: "restart" },
];

/** Stories of the company of learners in which a restart changed what was told. */
export const ofRestarts: readonly [readonly StoryStep[]][] = [
  [beginsAnewAside],
  [graverWhileHeld],
  [mutedCauseEnds],
  [mutedCauseAtStart],
  [mutedCauseOfHeldChain],
];
/** Found by chance: two groups told one alert as released in turns, without end, since one had told it before and the clock was set back. */
const releasedAheadInTurns: readonly StoryStep[] = [
  { do: "run", check: 1, findings: [slowFinding] },
  { do: "wait", ms: 2 * minuteMs },
  { do: "run", check: 1, findings: [downFinding] },
  { do: "run", check: 0, findings: [downFinding] },
  { do: "wait", ms: 2 * minuteMs },
  { do: "run", check: 5, findings: [downFinding] },
  { do: "wait", ms: 6 * minuteMs },
  { do: "jump", ms: -90 * minuteMs },
  { do: "wait", ms: 27 * minuteMs },
];
/** Stories of the company of learners in which somebody was told too much or too little. */
export const ofEnds: readonly [readonly StoryStep[]][] = [[releasedInTheFuture], [releasedAheadInTurns]];
