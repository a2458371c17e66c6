import { z } from "zod";
import { methodSchema, requestOptions } from "../../core/http/request-options.ts";
import { jsonPathSchema } from "../../core/jsonpath/json-path.ts";
import { patternSchema } from "../../core/matching/pattern.ts";
import { idSchema } from "../../core/schema/name-schema.ts";
import { secretSchema } from "../../core/schema/secret-schema.ts";
import { expectSchema } from "./expect-schema.ts";
import { namesIn } from "./fill-in.ts";

const variableName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,62}$/, "a variable is letters, digits and _ and does not begin with a digit");

const extractSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("json"),
    path: jsonPathSchema.describe("JSONPath (RFC 9535) into the body; its first value is taken."),
  }),
  z.strictObject({
    kind: z.literal("pattern"),
    pattern: patternSchema.describe(
      "RE2 pattern in the text of the body; its first group is taken, else the whole match.",
    ),
  }),
  z.strictObject({ kind: z.literal("header"), name: z.string().min(1).toLowerCase().describe("Response header.") }),
  z.strictObject({ kind: z.literal("cookie"), name: z.string().min(1).describe("Cookie that the answer sets.") }),
]);

const stepSchema = z.strictObject({
  name: idSchema.describe("Name of the step, a label of its series."),
  url: z
    .string()
    .min(1)
    .max(2000)
    .optional()
    .describe("Address, whole or relative to the target (the target itself when absent); `{{name}}` is filled in."),
  method: methodSchema.default("GET").describe("Request method."),
  headers: requestOptions.headers.describe("Headers of this step beside those of the check; `{{name}}` is filled in."),
  body: z
    .string()
    .optional()
    .describe("Request body; `{{name}}` is filled in as its Content-Type (JSON, form) wants it."),
  expect: expectSchema.prefault({}).describe("What a good answer of this step looks like."),
  extract: z
    .record(variableName, extractSchema)
    .default({})
    .describe("Values of the answer for later steps, by the name of the variable."),
});

export const variablesSchema = z.record(variableName, secretSchema);

type StepsContext = Readonly<{
  steps?: readonly z.output<typeof stepSchema>[] | undefined;
  variables: Readonly<Record<string, unknown>>;
}>;

export const stepsSchema = z.array(stepSchema).min(1).max(20);
export type Step = z.output<typeof stepSchema>;
export type Extraction = z.output<typeof extractSchema>;

/** What is wrong between the steps: names used twice, and variables that nothing has filled before. */
export function stepProblems({
  steps = [],
  variables,
}: StepsContext): readonly Readonly<{ path: (string | number)[]; message: string }>[] {
  const known = new Set(Object.keys(variables));
  const names = new Set<string>();
  return steps.flatMap((step, index) => {
    const problems: { path: (string | number)[]; message: string }[] = [];
    const at = (key: string, message: string): void => void problems.push({ path: ["steps", index, key], message });
    if (names.has(step.name)) at("name", `there is already a step "${step.name}"`);
    names.add(step.name);
    if (step.body !== undefined && ["GET", "HEAD"].includes(step.method))
      at("body", "GET and HEAD have no body; set method");
    for (const [key, text] of [
      ["url", step.url ?? ""],
      ["body", step.body ?? ""],
      ["headers", Object.values(step.headers).join("\n")],
    ] as const) {
      const missing = namesIn(text).find((name) => !known.has(name));
      if (missing !== undefined)
        at(key, `{{${missing}}} is neither in variables nor extracted by a step before this one`);
    }
    for (const name of Object.keys(step.extract)) known.add(name);
    return problems;
  });
}
