import type { StoryStep } from "../support/story/steps.ts";
import { downFinding, slowFinding, unknownFinding } from "../support/worlds/alerting-world.ts";

const minuteMs = 60_000;

/** Found by chance: a restart after the clock was set back ended the alert of a blind subject. */
const blindAcrossRestart: readonly StoryStep[] = [
  { do: "run", check: 0, findings: [unknownFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "jump", ms: -90 * minuteMs },
  { do: "restart" },
  { do: "jump", ms: 90 * minuteMs },
];
/** Found by chance: a chain that a silence held went on up to 30 s later, unless a restart let it ask at once. */
const silencedChain: readonly StoryStep[] = [
  { do: "run", check: 1, findings: [downFinding] },
  { do: "reload", config: 1 },
  { do: "run", check: 1, findings: [downFinding] },
  { do: "wait", ms: 2 * minuteMs },
  { do: "act", act: "silenceShop" },
  { do: "wait", ms: 6 * minuteMs },
  { do: "restart" },
  { do: "wait", ms: 27 * minuteMs },
];
/** Found by chance: the same where a person ends the silence. */
const silenceExpired: readonly StoryStep[] = [
  { do: "run", check: 2, findings: [slowFinding] },
  { do: "wait", ms: 6 * minuteMs },
  { do: "act", act: "silenceShop" },
  { do: "act", act: "snooze" },
  { do: "wait", ms: 6 * minuteMs },
  { do: "act", act: "expireSilences" },
  { do: "restart" },
];
/** Found by chance: an explanation that a maintenance window had outlived let its whole group speak at a start before it was due. */
const mutedExplanation: readonly StoryStep[] = [
  { do: "run", check: 2, findings: [slowFinding] },
  { do: "run", check: 4, findings: [slowFinding] },
  { do: "wait", ms: 2 * minuteMs },
  { do: "act", act: "maintainShop" },
  { do: "run", check: 4, findings: [downFinding] },
  { do: "restart" },
];
/** Found by chance: an outage that began anew after the clock was set back was dated by the old clock while the end of the last one was not told yet. */
const outageAfterSetBack: readonly StoryStep[] = [
  { do: "run", check: 4, findings: [unknownFinding] },
  { do: "wait", ms: 2 * minuteMs },
  { do: "run", check: 4, findings: [downFinding] },
  { do: "run", check: 4, findings: [] },
  { do: "jump", ms: -90 * minuteMs },
  { do: "wait", ms: 40_000 },
  { do: "run", check: 4, findings: [downFinding] },
];
/** Found by chance: a held chain that a reload let go on went on a moment later after a start. */
const heldChain: readonly StoryStep[] = [
  { do: "reload", config: 3 },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "run", check: 4, findings: [downFinding] },
  { do: "wait", ms: 40_000 },
  { do: "act", act: "maintainShop" },
  { do: "reload", config: 0 },
  { do: "run", check: 2, findings: [] },
  { do: "run", check: 0, findings: [] },
  { do: "restart" },
  { do: "wait", ms: 2 * minuteMs },
];

/** Found by chance: who is put on call in the moment of a step was told of it after a start only. */
const putOnCallAtOnce: readonly StoryStep[] = [
  { do: "wait", ms: 1000 },
  { do: "act", act: "putOnCall" },
  { do: "restart" },
];
/** Found by chance: a chain that had stood still before it was put off waited as long once more after that, unless a start came between. */
const putOffWhileHeld: readonly StoryStep[] = [
  { do: "act", act: "maintainShop" },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "act", act: "snooze" },
  { do: "wait", ms: 6 * minuteMs },
  { do: "restart" },
  { do: "wait", ms: 6 * minuteMs },
];
/** Found by chance, of the company with rules: the copy's group ends and begins again while the incident of its alert goes on. */
const copyBeginsAgain: readonly StoryStep[] = [
  { do: "run", check: 2, findings: [unknownFinding] },
  { do: "wait", ms: 2 * minuteMs },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "run", check: 2, findings: [unknownFinding] },
  { do: "wait", ms: 2 * minuteMs },
];

/** Found by chance: an incident without a group of its own ended at once after a start, otherwise with the group that holds its alert. */
const endsWithoutGroup: readonly StoryStep[] = [
  { do: "run", check: 4, findings: [unknownFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "wait", ms: 6 * minuteMs },
  { do: "reload", config: 7 },
  { do: "run", check: 2, findings: [] },
  { do: "restart" },
];

/** Found by chance: the routes were edited and edited back, and a receiver was told again of what its cause explains. */
const guestToldAgain: readonly StoryStep[] = [
  { do: "run", check: 3, findings: [downFinding] },
  { do: "run", check: 0, findings: [downFinding] },
  { do: "run", check: 0, findings: [downFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "run", check: 3, findings: [downFinding] },
  { do: "reload", config: 8 },
  { do: "reload", config: 0 },
];

/** Found by chance: an incident lived on in a group that only informed of another one, and those whom steps had told did not hear its end. */
const spentIncident: readonly StoryStep[] = [
  { do: "run", check: 4, findings: [unknownFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "run", check: 4, findings: [downFinding] },
  { do: "run", check: 5, findings: [downFinding] },
  { do: "wait", ms: 6 * minuteMs },
];

/** Found by chance: an incident whose group the routes had left forgot when it was put off until, and nobody was told any more. */
const putOffForgotten: readonly StoryStep[] = [
  { do: "run", check: 1, findings: [unknownFinding] },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "reload", config: 7 },
  { do: "wait", ms: 27 * minuteMs },
  { do: "act", act: "snooze" },
  { do: "reload", config: 0 },
  { do: "run", check: 1, findings: [] },
  { do: "wait", ms: 6 * minuteMs },
  { do: "restart" },
];

/** Found by chance, of the company of persons: an incident lived on in groups of further routes that tell of another one. */
const spentInCopies: readonly StoryStep[] = [
  { do: "run", check: 1, findings: [unknownFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "run", check: 1, findings: [downFinding] },
  { do: "wait", ms: 27 * minuteMs },
];
/** Found by chance, of the same: an incident whose own group the routes had left lived on in that of a further route. */
const spentAside: readonly StoryStep[] = [
  { do: "run", check: 1, findings: [unknownFinding] },
  { do: "run", check: 2, findings: [slowFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "reload", config: 2 },
  { do: "wait", ms: 27 * minuteMs },
];
/** Found by chance: the last end of an incident was told by a group that never named it, while its own group was left aside. */
const endsElsewhere: readonly StoryStep[] = [
  { do: "run", check: 4, findings: [downFinding] },
  { do: "run", check: 5, findings: [downFinding] },
  { do: "wait", ms: 6 * minuteMs },
  { do: "run", check: 4, findings: [] },
  { do: "run", check: 4, findings: [downFinding] },
  { do: "reload", config: 5 },
  { do: "run", check: 4, findings: [] },
  { do: "wait", ms: 6 * minuteMs },
];

/** Found by chance, of the company of persons: an alert that began anew came back to a group that had told its last outage, and was told at the next repetition. */
const comesBackAnew: readonly StoryStep[] = [
  { do: "reload", config: 4 },
  { do: "run", check: 1, findings: [downFinding] },
  { do: "wait", ms: 40_000 },
  { do: "act", act: "silenceShop" },
  { do: "act", act: "acknowledge" },
  { do: "reload", config: 3 },
  { do: "run", check: 1, findings: [] },
  { do: "run", check: 1, findings: [downFinding] },
  { do: "wait", ms: 40_000 },
  { do: "act", act: "expireSilences" },
  { do: "reload", config: 2 },
  { do: "wait", ms: 6 * minuteMs },
];

/** Found by chance, of the company of causes: a start let a group whose route is gone for a while speak by the times of the first route. */
const waitsWithoutRoute: readonly StoryStep[] = [
  { do: "run", check: 5, findings: [downFinding] },
  { do: "run", check: 5, findings: [] },
  { do: "reload", config: 3 },
  { do: "restart" },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "reload", config: 0 },
  { do: "wait", ms: 12_000 },
];
/** Found by chance, of the company of persons: a held chain went on when anything else happened to its incident, but not after a start. */
const changedWhileHeld: readonly StoryStep[] = [
  { do: "run", check: 0, findings: [slowFinding] },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "wait", ms: 12_000 },
  { do: "run", check: 2, findings: [] },
  { do: "act", act: "silenceHost" },
  { do: "wait", ms: 6 * minuteMs },
  { do: "act", act: "assign" },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "restart" },
  { do: "act", act: "putOnCall" },
];

/** Found by chance: what was left of an incident had begun anew and ended unheard, while its group waited to tell the end of what had left it. */
const endsUnheardAside: readonly StoryStep[] = [
  { do: "reload", config: 5 },
  { do: "run", check: 5, findings: [downFinding] },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "wait", ms: 2 * minuteMs },
  { do: "run", check: 2, findings: [] },
  { do: "run", check: 2, findings: [downFinding] },
  { do: "reload", config: 0 },
  { do: "run", check: 2, findings: [] },
  { do: "wait", ms: 6 * minuteMs },
];

/** Stories in which an outage was told late, in the company of persons. */
export const ofLateForPersons: readonly [readonly StoryStep[]][] = [[comesBackAnew]];
/** Stories in which an incident was open of which nothing fired. */
export const ofSpentIncidents: readonly [readonly StoryStep[]][] = [
  [spentIncident],
  [endsElsewhere],
  [endsUnheardAside],
];
/** The same in the company of persons. */
export const ofSpentForPersons: readonly [readonly StoryStep[]][] = [[spentInCopies], [spentAside]];
/** Stories in which a receiver was told the same twice. */
export const ofSayings: readonly [readonly StoryStep[]][] = [[guestToldAgain]];
/** Stories in which two messages had one key. */
export const ofKeys: readonly [readonly StoryStep[]][] = [[copyBeginsAgain]];
/** Stories in which a restart changed what was told. */
export const ofRestarts: readonly [readonly StoryStep[]][] = [
  [blindAcrossRestart],
  [silencedChain],
  [silenceExpired],
  [mutedExplanation],
  [heldChain],
  [putOnCallAtOnce],
  [putOffWhileHeld],
  [endsWithoutGroup],
  [putOffForgotten],
];
/** The same in the company of causes. */
export const ofRestartsForCauses: readonly [readonly StoryStep[]][] = [[waitsWithoutRoute]];
/** The same in the company of persons. */
export const ofRestartsForPersons: readonly [readonly StoryStep[]][] = [[changedWhileHeld]];
/** Stories in which an unknown run changed an outage. */
export const ofUnknownRuns: readonly [readonly StoryStep[]][] = [[outageAfterSetBack]];
