import { z } from "zod";
import { invariant } from "../../core/errors.ts";

/** Most robots of one pool. */
const mostRobots = 10;

/** The `robots` of a group that stand for each other, each with the keys that tell it from the next. */
export function robotsSchema<R extends z.ZodObject>(robot: R) {
  return z
    .array(robot)
    .min(1)
    .max(mostRobots)
    .optional()
    .describe(
      "Several robots of the same group: one takes over while another is throttled or refuses. In place of one.",
    );
}

/** Refuses options that name one robot and a pool, or neither. */
export function oneOrPool(key: "token" | "key", extra: readonly string[] = []) {
  return (options: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void => {
    const isPool = options["robots"] !== undefined;
    const both = [key, ...extra].find((name) => isPool && options[name] !== undefined);
    if (both !== undefined) {
      context.addIssue({ code: "custom", path: [both], message: `write \`${both}\` within each of \`robots\`` });
    } else if (!isPool && options[key] === undefined) {
      context.addIssue({ code: "custom", path: [key], message: `give the robot's \`${key}\`, or several \`robots\`` });
    }
  };
}

/** The options of every robot, as if each were configured alone. */
export function robotsOf<O extends Readonly<{ robots?: readonly object[] | undefined }>>(options: O): readonly O[] {
  const { robots } = options;
  return robots === undefined ? [options] : robots.map((robot) => ({ ...options, ...robot, robots: undefined }));
}

/** What the refinement has made sure of. */
export function robotKey<T>(key: T | undefined): T {
  invariant(key !== undefined, "a robot was opened without its key");
  return key;
}
