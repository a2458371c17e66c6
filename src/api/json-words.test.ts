import { describe, expect, it } from "vitest";
import { z } from "zod";
import { invalidBody } from "./json-words.ts";

const schema = z.strictObject({
  by: z.string().trim().min(1, "say who does this").max(5),
  severity: z.enum(["warning", "critical"]).optional(),
  link: z.url().optional(),
  services: z.array(z.string()).max(1).optional(),
});

function saidOf(body: unknown): string {
  const parsed = schema.safeParse(body);
  if (parsed.success) throw new Error("it fits");
  const answer = invalidBody(parsed.error);
  expect(answer.status).toBe(422);
  return (JSON.parse(String(answer.body)) as { error: { message: string } }).error.message;
}

describe("api/json-words", () => {
  it.each<[unknown, string]>([
    [{}, "by: is missing"],
    [{ by: 5 }, "by: must be a text"],
    [{ by: " " }, "by: say who does this"],
    [{ by: "somebody" }, "by: is too long or too large: at most 5"],
    [{ by: "ann", severity: "fatal" }, "severity: must be one of warning, critical"],
    [{ by: "ann", link: "ci/42" }, "link: is no URL"],
    [{ by: "ann", services: "s" }, "services: must be a list"],
    [{ by: "ann", services: ["a", "b"] }, "services: is too long or too large: at most 1"],
    [{ by: "ann", comments: "x" }, 'there is no "comments" here'],
    [[], "must be an object"],
    [{ severity: "x", by: true }, "by: must be a text; severity: must be one of warning, critical"],
  ])("says of %j in plain words what does not fit", (body, said) => {
    expect(saidOf(body)).toBe(said);
  });
});
