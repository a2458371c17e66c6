import type { CelAnswer, CelProgram } from "../../core/cel/cel-program.ts";
import type { Finding } from "../../core/checks/finding.ts";
import { readJson } from "../../core/jsonpath/read-json.ts";
import type { HttpResponse } from "../../core/ports/http-probing.ts";
import { escapeControls } from "../../core/text/printable.ts";
import type { Expectations } from "./expect-schema.ts";

type Answer = Readonly<{ response: HttpResponse; text: string; monotonicMs(): number }>;

/** Judges the answer by expressions of CEL; those that cannot be judged do not hold. */
export function judgeCel(expect: Pick<Expectations, "cel" | "not_cel">, answer: Answer): readonly Finding[] {
  const programs = [...expect.cel, ...expect.not_cel];
  if (programs.length === 0) return [];
  const seen = answerOf(answer, programs);
  if ("problem" in seen) return [{ is: "down", reason: "json", phase: "transfer", detail: seen.problem }];
  const judge = (program: CelProgram, wanted: boolean): readonly Finding[] => {
    const verdict = program.judge(seen, answer.monotonicMs);
    if ("isTrue" in verdict && verdict.isTrue === wanted) return [];
    const shown = program.source.length > 120 ? `${program.source.slice(0, 120)}…` : program.source;
    const said = "problem" in verdict ? `cannot be judged: ${verdict.problem}` : `is ${verdict.isTrue}`;
    const detail = escapeControls(`${shown} ${said}`).slice(0, 400);
    return [{ is: "down", reason: "assertion", phase: "transfer", detail }];
  };
  return [
    ...expect.cel.flatMap((program) => judge(program, true)),
    ...expect.not_cel.flatMap((program) => judge(program, false)),
  ];
}

function answerOf(
  { response, text }: Answer,
  programs: readonly CelProgram[],
): CelAnswer | Readonly<{ problem: string }> {
  const headers = new Map<string, string>();
  for (const [name, value] of response.headers) {
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  const seen = { status: response.status, headers };
  if (!programs.some(({ readsBody }) => readsBody)) return seen;
  if (response.cut) return { problem: "the JSON body is longer than body_limit and was not read to its end" };
  const read = readJson(text);
  return read.ok ? { ...seen, body: read.document } : { problem: `the body ${read.problem}` };
}
