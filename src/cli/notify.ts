import type { Receiver } from "../alerting/delivery/config/receivers.ts";
import { type TestOutcome, testReceiver } from "../alerting/delivery/test-receiver.ts";
import { contactsOf } from "../alerting/escalation/people/people.ts";
import { openAppConfig } from "../app/configuration/app-config.ts";
import type { Contact } from "../core/alerting/contact.ts";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { nearestName } from "../core/nearest-name.ts";
import { ChannelWays } from "../platform/channels/channel-ways.ts";
import { UndiciNotifyHttp } from "../platform/channels/notify-http.ts";
import { NodemailerSmtp } from "../platform/channels/smtp.ts";
import { systemClock } from "../platform/clock.ts";
import { ChildPrograms } from "../platform/processes/child-programs.ts";
import { uuidSource } from "../platform/random.ts";
import { type Command, switchOption, textOption } from "./command.ts";
import { configOptions, loadToTell } from "./config-arguments.ts";

/** So long a call rings and a carrier delivers, mostly. */
const patienceMs = 60_000;

/** Sends a test message to a receiver. */
export const notify: Command = {
  name: "notify",
  summary:
    "Sends a test message to a receiver, or to all of them, and says how each channel answered; needs the secrets of these alone.",
  positionals: "[receiver …]",
  options: {
    ...configOptions,
    person: {
      type: "string",
      placeholder: "ID",
      describe: "Send it to this person's address, as a receiver of their `reach` would.",
    },
    test: { type: "boolean", describe: "Needed: says that a message is really to be sent." },
  },
  async run({ values, positionals, terminal }) {
    if (!switchOption(values, "test")) {
      throw new AppError("ERR_USAGE", "This sends real messages; say so with --test.", {
        hint: "watchfire notify --test <receiver>",
      });
    }
    const { receivers, alerting, channels } = openAppConfig(await loadToTell(values, terminal, positionals));
    const names = positionals.length > 0 ? positionals : [...receivers.keys()];
    const chosen = names.map((name) => receiverNamed(name, receivers));
    const ways = new ChannelWays(channels);
    const http = new UndiciNotifyHttp(ways);
    const log = (severity: string, event: string, fields: object): void =>
      terminal.error(`${severity} ${event} ${JSON.stringify(fields)}`);
    const { env, externalUrl, timeZone, locale, style } = alerting;
    const io = {
      now: () => systemClock.now(),
      http,
      smtp: new NodemailerSmtp(ways),
      programs: new ChildPrograms(systemClock),
      log,
    };
    const contact = contactOf(textOption(values, "person"), contactsOf(alerting.escalation.people));
    const styled = style === undefined ? {} : { style };
    const context = { env, externalUrl, timeZone, locale, ...styled, ...contact, clock: systemClock, io, patienceMs };
    try {
      let failed = 0;
      for (const receiver of chosen) {
        const outcomes = await testReceiver(receiver, { ...context, id: uuidSource.next() });
        // Whoever tests all receivers names no person; of those that reach people, nothing is known then.
        const isSkipped = ({ needsPerson }: TestOutcome): boolean => needsPerson && positionals.length === 0;
        for (const outcome of outcomes) terminal.out(lineOf(receiver, outcome, isSkipped(outcome)));
        failed += outcomes.filter((outcome) => !outcome.delivered && !isSkipped(outcome)).length;
      }
      return failed === 0 ? exitCodes.ok : exitCodes.undelivered;
    } finally {
      await http.close();
    }
  },
};

function lineOf({ name }: Receiver, { delivered, needsPerson, line }: TestOutcome, isSkipped: boolean): string {
  if (isSkipped) return `skip ${name}: it reaches people at their own addresses; try it with: ${name} --person <id>`;
  const hint = needsPerson ? "; or try it for somebody with --person <id>" : "";
  return `${delivered ? "ok  " : "FAIL"} ${name}: ${line}${hint}`;
}

function receiverNamed(name: string, receivers: ReadonlyMap<string, Receiver>): Receiver {
  const receiver = receivers.get(name);
  if (receiver === undefined) throw unknown("receiver", name, [...receivers.keys()]);
  return receiver;
}

function contactOf(
  person: string | undefined,
  contacts: ReadonlyMap<string, Contact>,
): Readonly<{ contact?: Contact }> {
  if (person === undefined) return {};
  const contact = contacts.get(person);
  if (contact === undefined) throw unknown("person", person, [...contacts.keys()]);
  return { contact };
}

function unknown(what: "receiver" | "person", name: string, known: readonly string[]): AppError {
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? `There are: ${known.join(", ")}` : `Did you mean "${nearest}"?`;
  return new AppError("ERR_USAGE", `There is no ${what} "${name}".`, { hint });
}
