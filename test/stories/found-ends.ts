import type { StoryStep } from "../support/story/steps.ts";
import { downFinding, slowFinding, unknownFinding } from "../support/worlds/alerting-world.ts";

const minuteMs = 60_000;

/** Found by chance: a symptom that passed from the incident of one cause to another of its own was ended in both. */
const passesOn: readonly StoryStep[] = [
  { do: "run", check: 4, findings: [downFinding] },
  { do: "run", check: 2, findings: [slowFinding] },
  { do: "wait", ms: 27 * minuteMs },
];
/** Found by chance: a guest that ended before its incident was forgotten, and those whom steps had told of it never heard. */
const guestForgotten: readonly StoryStep[] = [
  { do: "run", check: 5, findings: [slowFinding] },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "wait", ms: 2 * minuteMs },
  { do: "run", check: 2, findings: [] },
];
/** Found by chance: the routes were edited and maintenance muted a guest of another group: that group's receiver did not hear its end. */
const guestRerouted: readonly StoryStep[] = [
  { do: "run", check: 2, findings: [slowFinding] },
  { do: "run", check: 5, findings: [downFinding] },
  { do: "jump", ms: 5 * minuteMs },
  { do: "reload", config: 3 },
  { do: "act", act: "maintainShop" },
  { do: "jump", ms: -90 * minuteMs },
  { do: "wait", ms: 27 * minuteMs },
];
/** Found by chance: the group told an end as an update in the step that ended the incident, and the end was told again. */
const endsWithMany: readonly StoryStep[] = [
  { do: "run", check: 0, findings: [downFinding] },
  { do: "run", check: 0, findings: [downFinding] },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "run", check: 3, findings: [downFinding] },
  { do: "run", check: 3, findings: [downFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "run", check: 0, findings: [] },
  { do: "wait", ms: 2 * minuteMs },
];
/** Found by chance: an alert that flapped and was explained then was ended by its own group and by that of its cause. */
const flapsIntoAnother: readonly StoryStep[] = [
  { do: "run", check: 4, findings: [downFinding] },
  { do: "wait", ms: 40_000 },
  { do: "run", check: 4, findings: [] },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "run", check: 4, findings: [downFinding] },
  { do: "wait", ms: 2 * minuteMs },
];
/** Found by chance: a guest that was told on its own ended before the group that it had left looked again: both told the end. */
const releasedBeforeFlush: readonly StoryStep[] = [
  { do: "run", check: 3, findings: [slowFinding] },
  { do: "run", check: 4, findings: [unknownFinding] },
  { do: "run", check: 3, findings: [slowFinding] },
  { do: "run", check: 0, findings: [downFinding] },
  { do: "run", check: 0, findings: [downFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "run", check: 0, findings: [] },
  { do: "run", check: 3, findings: [] },
  { do: "jump", ms: 5 * minuteMs },
];
/** Found by chance: a guest that fired again without its cause took the incident of the cause with it. */
const guestFiresAgain: readonly StoryStep[] = [
  { do: "run", check: 0, findings: [slowFinding] },
  { do: "run", check: 0, findings: [slowFinding] },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "wait", ms: 2 * minuteMs },
  { do: "run", check: 2, findings: [] },
  { do: "run", check: 2, findings: [downFinding] },
];
/** Found by chance: whom a step told of an incident was handed on for what joined it later. */
const joinedLater: readonly StoryStep[] = [
  { do: "run", check: 0, findings: [downFinding] },
  { do: "run", check: 0, findings: [downFinding] },
  { do: "run", check: 2, findings: [slowFinding] },
  { do: "wait", ms: 6 * minuteMs },
  { do: "run", check: 5, findings: [slowFinding] },
  { do: "wait", ms: 6 * minuteMs },
];
/** Found by chance: who was handed on heard the end of what joined the new incident after that. */
const handedOn: readonly StoryStep[] = [
  { do: "run", check: 5, findings: [downFinding] },
  { do: "wait", ms: 2 * minuteMs },
  { do: "wait", ms: 2 * minuteMs },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "run", check: 4, findings: [slowFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "wait", ms: 27 * minuteMs },
  { do: "wait", ms: 27 * minuteMs },
  { do: "wait", ms: 27 * minuteMs },
  { do: "wait", ms: 6 * minuteMs },
  { do: "wait", ms: 2 * minuteMs },
  { do: "run", check: 5, findings: [] },
  { do: "wait", ms: 2 * minuteMs },
  { do: "run", check: 4, findings: [downFinding] },
  { do: "wait", ms: 12_000 },
];
/** Found by chance: whom a step told of an incident late was handed on for what had ended before. */
const unheardGuest: readonly StoryStep[] = [
  { do: "run", check: 2, findings: [downFinding] },
  { do: "run", check: 3, findings: [unknownFinding] },
  { do: "run", check: 5, findings: [downFinding] },
  { do: "run", check: 5, findings: [unknownFinding] },
  { do: "reload", config: 3 },
  { do: "wait", ms: 27 * minuteMs },
  { do: "run", check: 5, findings: [] },
  { do: "reload", config: 0 },
  { do: "act", act: "snooze" },
  { do: "run", check: 5, findings: [unknownFinding] },
  { do: "wait", ms: 27 * minuteMs },
];
/** Found by chance: the same where somebody was assigned before the alert began. */
const assignedBefore: readonly StoryStep[] = [
  { do: "run", check: 3, findings: [downFinding] },
  { do: "run", check: 3, findings: [downFinding] },
  { do: "act", act: "assign" },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "reload", config: 4 },
  { do: "wait", ms: 27 * minuteMs },
  { do: "act", act: "snooze" },
  { do: "reload", config: 1 },
  { do: "reload", config: 2 },
  { do: "wait", ms: 27 * minuteMs },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "wait", ms: 12_000 },
];
/** Found by chance: whom steps had told of an alert that left its incident counted as told of it when it came back to that. */
const comesBack: readonly StoryStep[] = [
  { do: "run", check: 5, findings: [slowFinding] },
  { do: "run", check: 4, findings: [downFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "run", check: 5, findings: [downFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "run", check: 4, findings: [] },
  { do: "jump", ms: 90 * minuteMs },
  { do: "run", check: 4, findings: [downFinding] },
  { do: "wait", ms: 6 * minuteMs },
  { do: "run", check: 5, findings: [] },
  { do: "wait", ms: 6 * minuteMs },
];
/** Found by chance: a group told a receiver a part of the incident in the moment of a step, and the receiver counted as told of all. */
const toldInPart: readonly StoryStep[] = [
  { do: "run", check: 5, findings: [downFinding] },
  { do: "run", check: 4, findings: [downFinding] },
  { do: "wait", ms: 12_000 },
  { do: "act", act: "silenceShop" },
  { do: "run", check: 5, findings: [] },
  { do: "wait", ms: 6 * minuteMs },
  { do: "reload", config: 7 },
  { do: "run", check: 5, findings: [downFinding] },
];
/** Found by chance: who was assigned an incident counted as told of what of it was over by then. */
const assignedAfterEnd: readonly StoryStep[] = [
  { do: "run", check: 5, findings: [slowFinding] },
  { do: "reload", config: 8 },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "reload", config: 0 },
  { do: "run", check: 5, findings: [] },
  { do: "act", act: "assign" },
  { do: "run", check: 5, findings: [slowFinding] },
];
/** Found by chance, of the company of persons: a telephone that tells the end, too, told that of what it had never rung for. */
const assignedQuietly: readonly StoryStep[] = [
  { do: "run", check: 3, findings: [downFinding] },
  { do: "run", check: 3, findings: [downFinding] },
  { do: "wait", ms: 2 * minuteMs },
  { do: "act", act: "assign" },
];
/** Found by chance, of the same: who was addressed alone stood for the chat of the same receiver. */
const besideTheChat: readonly StoryStep[] = [
  { do: "run", check: 0, findings: [downFinding] },
  { do: "reload", config: 3 },
  { do: "run", check: 1, findings: [slowFinding] },
  { do: "wait", ms: 6 * minuteMs },
  { do: "act", act: "silenceShop" },
  { do: "act", act: "silenceHost" },
  { do: "run", check: 1, findings: [downFinding] },
  { do: "wait", ms: 27 * minuteMs },
];
/** Found by chance, of the same: whoever had taken an incident was told the end of what joined it later. */
const joinedUntold: readonly StoryStep[] = [
  { do: "run", check: 1, findings: [downFinding] },
  { do: "reload", config: 3 },
  { do: "wait", ms: 27 * minuteMs },
  { do: "reload", config: 4 },
  { do: "act", act: "assign" },
  { do: "run", check: 1, findings: [unknownFinding] },
  { do: "wait", ms: 27 * minuteMs },
];
/** Found by chance, of the same: whoever was assigned what was over already counted as told that it fires, and heard its end again. */
const assignedWhenOver: readonly StoryStep[] = [
  { do: "run", check: 1, findings: [downFinding] },
  { do: "run", check: 1, findings: [unknownFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "jump", ms: -5 * minuteMs },
  { do: "run", check: 1, findings: [] },
  { do: "wait", ms: 40_000 },
  { do: "act", act: "assign" },
];
/** Found by chance, of the same: news of a group's other cause went to a person who knew of other alerts of the incident alone. */
const newsOfAnother: readonly StoryStep[] = [
  { do: "run", check: 3, findings: [slowFinding] },
  { do: "run", check: 3, findings: [slowFinding] },
  { do: "run", check: 0, findings: [slowFinding] },
  { do: "reload", config: 3 },
  { do: "run", check: 1, findings: [downFinding] },
  { do: "wait", ms: 6 * minuteMs },
  { do: "reload", config: 0 },
  { do: "run", check: 0, findings: [] },
  { do: "wait", ms: 6 * minuteMs },
  { do: "reload", config: 1 },
];

/** Found by chance, of the company of holds: what was held was told to a receiver to whom nothing leads any more, and never that it is over. */
const heldForNobody: readonly StoryStep[] = [
  { do: "run", check: 0, findings: [unknownFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "reload", config: 1 },
];
/** Found by chance, of the same: what its cause had told to the same chat was told as held, too, and its end twice. */
const heldAndExplained: readonly StoryStep[] = [
  { do: "wait", ms: 27 * minuteMs },
  { do: "wait", ms: 27 * minuteMs },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "run", check: 0, findings: [downFinding] },
  { do: "run", check: 0, findings: [unknownFinding] },
  { do: "wait", ms: 27 * minuteMs },
];
/** Found by chance, of the same: a muffled chain that is held since a moment to come was asked again and again in one moment. */
const muffledBeforeItsTime: readonly StoryStep[] = [
  { do: "wait", ms: 27 * minuteMs },
  { do: "wait", ms: 2 * minuteMs },
  { do: "wait", ms: 27 * minuteMs },
  { do: "wait", ms: 6 * minuteMs },
  { do: "run", check: 3, findings: [downFinding] },
  { do: "reload", config: 2 },
  { do: "run", check: 0, findings: [downFinding] },
  { do: "wait", ms: 12_000 },
  { do: "act", act: "silenceShop" },
  { do: "wait", ms: 6 * minuteMs },
  { do: "jump", ms: -5 * minuteMs },
];

/** Stories in which somebody heard no end, or one end twice, or that of what was never told. */
export const ofEnds: readonly [readonly StoryStep[]][] = [
  [passesOn],
  [guestForgotten],
  [guestRerouted],
  [endsWithMany],
  [flapsIntoAnother],
  [releasedBeforeFlush],
  [guestFiresAgain],
  [joinedLater],
  [handedOn],
  [unheardGuest],
  [assignedBefore],
  [comesBack],
  [toldInPart],
  [assignedAfterEnd],
];
/** The same in the company of persons. */
export const ofEndsForPersons: readonly [readonly StoryStep[]][] = [
  [assignedQuietly],
  [besideTheChat],
  [joinedUntold],
  [assignedWhenOver],
  [newsOfAnother],
];
/** The same in the company of holds. */
export const ofEndsForHolds: readonly [readonly StoryStep[]][] = [
  [heldForNobody],
  [heldAndExplained],
  [muffledBeforeItsTime],
];
