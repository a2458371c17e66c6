import { basename, isAbsolute } from "node:path";
import { z } from "zod";
import { defineNotifier } from "../../../core/alerting/notifier.ts";
import { secretSchema } from "../../../core/schema/secret-schema.ts";
import { Secret } from "../../../core/secrets/secret.ts";
import { durationSchema } from "../../../core/time/duration.ts";
import { endpointOf } from "../endpoint.ts";
import { rejected } from "../outcome.ts";
import { outcomeOfProgram } from "./outcome.ts";
import { execInput } from "./render.ts";

const mostOutputBytes = 16_384;

const options = z.strictObject({
  command: z
    .tuple(
      [z.string().refine(isAbsolute, "give the program's absolute path")],
      z.string().regex(/^[^\0]*$/, "an argument holds no NUL"),
    )
    .describe("Program, by its absolute path, and its arguments; no shell reads them."),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "this is no name of a variable"), secretSchema)
    .default({})
    .describe("Environment variables for the program; of our own it gets `PATH`, `LANG` and `TZ` only."),
  timeout: durationSchema({ minMs: 1000, maxMs: 14_000 })
    .default(10_000)
    .describe("Time after which the program is killed with all that it has started."),
});

type ExecOptions = z.output<typeof options>;

/** Runs a program that does the telling, with the message as JSON on its standard input. */
export const exec = defineNotifier<ExecOptions, ReturnType<typeof execInput>>({
  kind: "exec",
  title: "Program of your own",
  options,
  limit: { count: 5, perMs: 1000 },
  endpoint: endpointFor,
  render: execInput,
  async send(message, { command, env, timeout }, { programs, contact }, signal) {
    if (programs === undefined) return rejected("endpoint", "unauthorized", "no programs may be run from here");
    const person = contact === undefined ? null : { title: contact.title, addresses: contact.addresses };
    const given = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.reveal()]));
    const stdin = `${JSON.stringify({ ...message, person })}\n`;
    const end = await programs.run({ command, stdin, env: given, limitMs: timeout, mostOutputBytes }, signal);
    return outcomeOfProgram(end, Object.values(given));
  },
});

function endpointFor({ command }: ExecOptions): string {
  const [, digest = ""] = endpointOf(new Secret(command.join("\0"))).split("#");
  return `${basename(command[0])}#${digest}`;
}
