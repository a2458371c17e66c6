import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readBody } from "./json-words.ts";

const schema = z.strictObject({
  by: z.string().trim().min(1, "say who does this").max(5),
  severity: z.enum(["warning", "critical"]).optional(),
  link: z.url().optional(),
  services: z.array(z.string()).max(1).optional(),
  at: z.union([z.string(), z.number()]).optional(),
});

function saidOf(body: unknown): string {
  const read = readBody(schema, body);
  if (read.ok) throw new Error("it fits");
  expect(read.answer.status).toBe(422);
  return (JSON.parse(String(read.answer.body)) as { error: { message: string } }).error.message;
}

describe("api/json-words", () => {
  it.each<[unknown, string]>([
    [{}, "by: is missing; it must be a text"],
    [{ by: 5 }, "by: must be a text, not the value 5; put it in quotes"],
    [{ by: " " }, "by: say who does this"],
    [{ by: "somebody" }, "by: must have at most 5 characters"],
    [{ by: "ann", severity: "fatal" }, 'severity: must be one of warning, critical, not the text "fatal"'],
    [{ by: "ann", link: "ci/42" }, 'link: "ci/42" is no URL'],
    [{ by: "ann", services: "s" }, 'services: must be a list, not the text "s"'],
    [{ by: "ann", services: ["a", "b"] }, "services: must hold at most 1 entry"],
    [{ by: "ann", service: "x" }, 'service: unknown key "service"; did you mean "services"?'],
    [{ by: "ann", at: { moment: 1 } }, "at: must be a text, not a map, or must be a number, not a map"],
    [[], "must be a map with by, severity, link, services, at, not a list"],
    [
      { severity: "x", by: true },
      'by: must be a text, not the value true; put it in quotes; severity: must be one of warning, critical, not the text "x"',
    ],
  ])("says of %j what does not fit, in the words of a config that is refused", (body, said) => {
    expect(saidOf(body)).toBe(said);
  });
});
