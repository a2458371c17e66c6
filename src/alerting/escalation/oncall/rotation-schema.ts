import { z } from "zod";
import { idSchema } from "../../../core/schema/name-schema.ts";
import { durationSchema } from "../../../core/time/duration.ts";
import { wallTimeSchema } from "../../../core/time/wall-time-schema.ts";

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
const weekdays = "monday tuesday wednesday thursday friday saturday sunday".split(" ");

/** When turns change: days after Monday where turns are whole weeks, and the time of the day. */
export type Handoff = Readonly<{ day: number | undefined; timeMs: number }>;

const handoffSchema = z
  .string()
  .regex(/^(?:[a-z]+ )?(?:[01]\d|2[0-3]):[0-5]\d$/, 'write a time, or a day and a time: "10:00", "monday 10:00"')
  .transform((text, context): Handoff => {
    const [clock = "", weekday] = text.split(" ").toReversed();
    const [hours = "", minutes = ""] = clock.split(":");
    const timeMs = (Number(hours) * 60 + Number(minutes)) * 60_000;
    if (weekday === undefined) return { day: undefined, timeMs };
    const day = weekdays.indexOf(weekday);
    if (day < 0) context.addIssue({ code: "custom", message: `"${weekday}" is no day; write ${weekdays.join(", ")}` });
    return { day, timeMs };
  });

/** Keys of a rotation; a layer of a schedule has them, and a schedule without layers has them itself. */
export const rotationShape = {
  every: durationSchema({ minMs: 3_600_000, maxMs: 52 * weekMs })
    .optional()
    .describe(
      "Length of a turn on the wall clock: whole weeks, whole days, or hours that divide a day; `1w` when absent.",
    ),
  handoff: handoffSchema
    .optional()
    .describe(
      'When turns change: "monday 10:00" for turns of whole weeks, "10:00" for shorter ones; at 09:00 when absent.',
    ),
  starts: wallTimeSchema
    .optional()
    .describe("A day in the first member's first turn; turns are counted from the first week of 1970 when absent."),
  only: z
    .array(idSchema)
    .min(1)
    .optional()
    .describe("Time intervals within one of which the rotation counts; always when absent."),
};

/** People who take turns, in their order. */
export const membersSchema = z.array(idSchema).min(1).max(100).describe("People who take turns, in this order.");

type RotationKeys = Readonly<{
  every?: number | undefined;
  handoff?: Handoff | undefined;
  starts?: number | undefined;
  only?: readonly string[] | undefined;
}>;

/** A rotation after parsing. */
export type RotationConfig = RotationKeys & Readonly<{ members: readonly string[] }>;

/** Length of a turn, as it is or as it is when it is not written. */
export function turnMs({ every }: RotationKeys): number {
  return every ?? weekMs;
}

/** When turns change, as it is written or as it is when it is not. */
export function handoffOf(rotation: RotationKeys): Handoff {
  return rotation.handoff ?? { day: turnMs(rotation) % weekMs === 0 ? 0 : undefined, timeMs: 9 * 3_600_000 };
}

/** Refuses turns that no wall clock can keep. */
export function checkRotation(rotation: RotationKeys, context: z.RefinementCtx): void {
  const refuse = (key: string, message: string): void => context.addIssue({ code: "custom", path: [key], message });
  const everyMs = turnMs(rotation);
  const { day } = handoffOf(rotation);
  if (everyMs < dayMs ? dayMs % everyMs !== 0 : everyMs % dayMs !== 0)
    refuse("every", "a turn is a number of whole weeks or days, or of hours that divide a day");
  else if (everyMs % weekMs === 0 && day === undefined)
    refuse("handoff", 'turns of whole weeks change on a day; write it, as in "monday 10:00"');
  else if (everyMs % weekMs !== 0 && day !== undefined)
    refuse("handoff", 'only turns of whole weeks change on a certain day; write the time alone, as in "10:00"');
}
