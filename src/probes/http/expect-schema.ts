import { z } from "zod";
import { celSchema } from "../../core/cel/cel-schema.ts";
import { displayOf } from "../../core/http/address.ts";
import { statusSchema } from "../../core/http/status-schema.ts";
import { compileJsonPath } from "../../core/jsonpath/json-path.ts";
import { patternSchema } from "../../core/matching/pattern.ts";
import { slowerThanSchema } from "../../core/matching/slower-than.ts";
import { sizeSchema } from "../../core/size.ts";
import { durationSchema } from "../../core/time/duration.ts";

const patterns = z.union([z.array(patternSchema), patternSchema.transform((pattern) => [pattern])]).default([]);

const headerSchema = z.strictObject({
  equals: z.string().optional().describe("The value is exactly this."),
  contains: z.string().min(1).optional().describe("The value holds this text."),
  matches: patterns.describe("RE2 patterns that the value must all match; one may stand alone."),
  not_matches: patterns.describe("RE2 patterns that no value may match."),
  optional: z.boolean().default(false).describe("The header may be missing; when it is there, the rest counts."),
  absent: z.boolean().default(false).describe("The header must not be there."),
});

const jsonSchema = z.strictObject({
  equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional().describe("The value is exactly this."),
  min: z.number().optional().describe("The value is a number and at least this."),
  max: z.number().optional().describe("The value is a number and at most this."),
  exists: z.boolean().default(true).describe("`false`: the pointer must lead nowhere."),
});

/** Each path once, ready to ask. */
const pathsSchema = z
  .record(
    z.string().max(1000),
    jsonSchema.extend({ count: z.int().min(0).optional().describe("The path finds exactly so many values.") }),
  )
  .default({})
  .transform((paths, context) =>
    Object.entries(paths).flatMap(([source, wanted]) => {
      const compiled = compileJsonPath(source);
      if ("path" in compiled) return [{ path: compiled.path, wanted }];
      context.addIssue({ code: "custom", path: [source], message: compiled.problem });
      return [];
    }),
  );

const words = z.array(z.string().min(1, "an empty text is in every page")).default([]);
const pointer = z.string().regex(/^(?:\/(?:[^~/]|~[01])*)*$/, 'a JSON Pointer is empty or begins with "/" (RFC 6901)');

/** What a good answer looks like; every part that is given must hold. */
export const expectSchema = z.strictObject({
  status: z
    .array(statusSchema)
    .min(1)
    .default([{ from: 200, to: 299 }])
    .describe('Good status codes, one by one or as ranges: 404, "200-299" (default 200-299).'),
  contains: words.describe("Texts that must all be in the body."),
  contains_any: words.describe("Texts of which one must be in the body."),
  not_contains: words.describe("Texts that must not be in the body."),
  matches: z.array(patternSchema).default([]).describe("RE2 patterns that must all match the body."),
  not_matches: z.array(patternSchema).default([]).describe("RE2 patterns that must not match the body."),
  headers: z.record(z.string().toLowerCase(), headerSchema).default({}).describe("Response headers by name."),
  json: z.record(pointer, jsonSchema).default({}).describe("Values in a JSON body by JSON Pointer."),
  json_path: pathsSchema.describe("Values in a JSON body by JSONPath (RFC 9535); all that a path finds must fit."),
  cel: z
    .array(celSchema)
    .max(50)
    .default([])
    .describe("CEL expressions over `status`, `headers` and `body` (a JSON body) that must all be true."),
  not_cel: z.array(celSchema).max(50).default([]).describe("CEL expressions that must all be false."),
  error_pages: z
    .enum(["none", "zh"])
    .default("none")
    .describe("`zh`: known error pages that answer 200 are an outage."),
  slower_than: slowerThanSchema.prefault({}).describe("Flaws of a slow answer."),
  size: z
    .strictObject({
      min: sizeSchema().optional().describe("Smallest good body, unpacked."),
      max: sizeSchema().optional().describe("Largest good body, unpacked."),
    })
    .prefault({})
    .describe("Size of the body."),
  tls: z
    .enum(["any", "required", "forbidden"])
    .default("any")
    .describe("`required`: the last answer came over TLS; `forbidden`: it did not."),
  compression: z
    .enum(["gzip", "br", "deflate", "any"])
    .optional()
    .describe("The answer says that its body has this content coding, `any`: one of the three; ask for it, too."),
  modified_within: durationSchema({ minMs: 1000 })
    .optional()
    .describe("The answer's `Last-Modified` is at most this old, for what a job writes anew: feeds, exports, prices."),
  http_version: z.enum(["1.0", "1.1"]).optional().describe("The answer has this version."),
  final_url: z
    .string()
    .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), "write the whole address: https://host/path")
    .transform((text) => displayOf(new URL(text)))
    .optional()
    .describe("Address that the redirects must end at, without query."),
});

export type Expectations = z.infer<typeof expectSchema>;
export type HeaderExpectation = z.infer<typeof headerSchema>;
export type JsonExpectation = z.infer<typeof jsonSchema>;
export type PathExpectation = z.infer<typeof pathsSchema>[number];
