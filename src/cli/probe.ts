import { createHash } from "node:crypto";
import { ZodError } from "zod";
import { OneShot } from "../app/one-shot.ts";
import type { Check, CheckTarget } from "../core/checks/check.ts";
import type { ProbeKind } from "../core/checks/probe.ts";
import { AppError } from "../core/errors.ts";
import { exitCodeOfRuns } from "../core/exit-codes.ts";
import type { Json } from "../core/json.ts";
import { nearestName } from "../core/nearest-name.ts";
import { problemsOf } from "../core/schema/problems.ts";
import { wordsFor } from "../core/schema/words.ts";
import { parseDuration } from "../core/time/duration.ts";
import { probeKinds } from "../probes/index.ts";
import { type Command, type OptionValues, textOption, textOptions } from "./command.ts";
import { optionTree, readMaps, wrapIntoLists } from "./option-pairs.ts";
import { isFlawed, runJson } from "./render/run-record.ts";
import { runTable } from "./render/table.ts";

/** Probes one target at once, without config and daemon. */
export const probe: Command = {
  name: "probe",
  summary: "Probes one target at once, without config and daemon; exit code 0 up, 1 flaws, 2 down, 3 unknown.",
  positionals: "<kind> [target]",
  options: {
    option: {
      type: "string",
      multiple: true,
      placeholder: "KEY=VALUE",
      describe: "Option of the probe, such as expect.status=200; a repeated key makes a list.",
    },
    timeout: { type: "string", placeholder: "DURATION", describe: "Deadline of the run, such as 5s." },
    output: { type: "string", placeholder: "table|json", describe: "How to print the result (default: table)." },
  },
  async run({ values, positionals, terminal }) {
    const [kindName, address, ...rest] = positionals;
    if (kindName === undefined || rest.length > 0) {
      throw new AppError("ERR_USAGE", "Name one kind and one target: watchfire probe <kind> <target>.", {
        hint: `Kinds: ${kindNames().join(", ")}`,
      });
    }
    const output = outputOf(values);
    const kind = kindNamed(kindName);
    const target = targetOf(kind, address);
    const check = adHocCheck(kind, target, values);
    const conflict = kind.conflictOf(check.options, target.address);
    if (conflict !== undefined) throw new AppError("ERR_USAGE", `Target and options do not go together: ${conflict}.`);
    const oneShot = new OneShot(probeKinds);
    try {
      const run = await oneShot.run(check, target);
      terminal.out(output === "json" ? JSON.stringify(runJson(run), null, 2) : runTable([run]));
      return exitCodeOfRuns([{ verdict: run.result.verdict, flawed: isFlawed(run.result) }]);
    } finally {
      await oneShot.close();
    }
  },
};

function outputOf(values: OptionValues): "table" | "json" {
  const output = textOption(values, "output") ?? "table";
  if (output === "table" || output === "json") return output;
  throw new AppError("ERR_USAGE", `--output "${output}" is neither table nor json.`);
}

function kindNames(): readonly string[] {
  return probeKinds.filter((kind) => kind.trigger === "schedule").map((kind) => kind.kind);
}

function kindNamed(name: string): ProbeKind {
  const kind = probeKinds.find((each) => each.kind === name);
  if (kind?.trigger === "schedule") return kind;
  if (kind !== undefined) {
    throw new AppError("ERR_USAGE", `A ${name} check waits for what arrives at the daemon; there is nothing to probe.`);
  }
  const nearest = nearestName(name, kindNames());
  const hint = nearest === undefined ? `Kinds: ${kindNames().join(", ")}` : `Did you mean "${nearest}"?`;
  throw new AppError("ERR_USAGE", `There is no probe kind "${name}".`, { hint });
}

function targetOf(kind: ProbeKind, given: string | undefined): CheckTarget {
  const address = given ?? kind.defaultAddress;
  if (address === undefined) throw new AppError("ERR_USAGE", `The probe ${kind.kind} needs a target.`);
  try {
    const { canonical, display, host } = kind.locate(address);
    const id = createHash("sha256").update(`${kind.kind}\n${canonical}`).digest("hex").slice(0, 16);
    return { id, address, display, labels: {}, ...(host === undefined ? {} : { host }) };
  } catch (error) {
    throw usageOf(error, `The target "${address}" does not fit the probe ${kind.kind}`);
  }
}

function adHocCheck(kind: ProbeKind, target: CheckTarget, values: OptionValues): Check {
  const { defaults } = kind;
  const timeout = textOption(values, "timeout");
  const timeoutMs = timeout === undefined ? defaults.timeoutMs : parseDuration(timeout);
  if (timeoutMs === undefined || timeoutMs < 1) {
    throw new AppError("ERR_USAGE", `--timeout "${timeout}" is no duration.`, { hint: "For example: --timeout 5s" });
  }
  return {
    id: "ad-hoc",
    title: "ad hoc",
    probe: kind.kind,
    tier: kind.tier,
    severity: "critical",
    env: "ad-hoc",
    labels: {},
    location: "default",
    targets: [target],
    options: checkedOptions(kind, textOptions(values, "option")),
    schedule: { kind: "every", everyMs: defaults.intervalMs },
    jitterMs: 0,
    timeoutMs,
    failureThreshold: 1,
    successThreshold: 1,
    blindAfterMs: Number.MAX_SAFE_INTEGER,
  };
}

const mostRepairs = 6;

/**
 * Options that fit the kind's schema; one value where the schema wants a list becomes a list of one, `[…]` a list and `{a: b}` a map, and
 * what has to be a text stays as it was written.
 */
function checkedOptions(kind: ProbeKind, pairs: readonly string[]): Json {
  let options = optionTree(pairs);
  const texts = new Set<string>();
  for (let repair = 0; ; repair += 1) {
    const { success, error } = kind.options.safeParse(options, { error: wordsFor() });
    if (success) return options;
    const wanting = (...expected: readonly string[]): readonly (readonly PropertyKey[])[] =>
      error.issues.flatMap((issue) =>
        issue.code === "invalid_type" && expected.includes(issue.expected) ? [issue.path] : [],
      );
    const misread = wanting("string")
      .map(keyOf)
      .filter((key) => !texts.has(key));
    for (const key of misread) texts.add(key);
    const before = misread.length === 0 ? options : optionTree(pairs, texts);
    const lists = wrapIntoLists(before, wanting("array", "tuple"), texts);
    const repaired = readMaps(lists, wanting("object", "record"));
    if (repair === mostRepairs || JSON.stringify(repaired) === JSON.stringify(options)) {
      throw usageOf(error, `The options do not fit the probe ${kind.kind}`);
    }
    options = repaired;
  }
}

/** The key of an option as it is given, without the place in its list. */
function keyOf(path: readonly PropertyKey[]): string {
  return path.filter((part) => typeof part !== "number").join(".");
}

function usageOf(error: unknown, what: string): unknown {
  if (!(error instanceof ZodError)) return error;
  const lines = problemsOf(error.issues).map(
    ({ path, message }) => `  ${path.length === 0 ? "" : `${path.join(".")}: `}${message}`,
  );
  return new AppError("ERR_USAGE", `${what}:\n${lines.join("\n")}`, { cause: error });
}
