import type { Notifier, NotifierKind, RateLimit } from "../../../core/alerting/notifier.ts";
import { invariant } from "../../../core/errors.ts";
import type { Severity } from "../../../core/severity.ts";
import type { BudgetOptions } from "./budget-schema.ts";
import type { ParsedIntegration, ParsedReceiver } from "./receivers-schema.ts";

const dayMs = 86_400_000;
/** Where somebody takes over, nobody waits a day for it; where nobody does, telling late is better than never. */
const defaultWithinMs = {
  alone: { critical: dayMs, warning: dayMs, info: dayMs },
  withFallback: { critical: 300_000, warning: 1_800_000, info: dayMs },
};

/** One endpoint of an integration: most have one, a pool of robots has several that stand for each other. */
export type Member = Readonly<{ endpoint: string; notifier: Notifier }>;

/** One notifier of a receiver, ready to prepare messages. */
export type Integration = Readonly<{
  kind: string;
  /** Of its first member. */
  endpoint: string;
  members: readonly Member[];
  sendResolved: boolean;
  /** It wakes people: only what fires is worth that. */
  interrupts: boolean;
  /** It hands alerts to a program and takes nothing else. */
  alertsOnly: boolean;
  /** It reaches a person alone. */
  isPersonal: boolean;
  /** It has no address of its own: where no person is named it reaches nobody. */
  personsOnly: boolean;
  /** Option that gives what reaches a person alone an address of its own. */
  ownOption?: string;
  limit: RateLimit;
  /** Its other end is crowded on full and half hours. */
  avoidsHalfHours: boolean;
  /** How many messages its endpoints may take. */
  budget?: BudgetOptions;
}>;

/** Who can be told, and how long telling is tried. */
export type Receiver = Readonly<{
  name: string;
  title: string;
  integrations: readonly Integration[];
  deliverWithinMs: Readonly<Record<Severity, number>>;
  /** Reach references that take over what cannot be delivered. */
  fallback: readonly string[];
}>;

export type Receivers = ReadonlyMap<string, Receiver>;

/** Opens what the section's schema has parsed; opens nothing on the network. */
export function openReceivers(
  parsed: Readonly<Record<string, ParsedReceiver>>,
  kinds: readonly NotifierKind[],
): Receivers {
  return new Map(Object.entries(parsed).map(([name, receiver]) => [name, openReceiver(name, receiver, kinds)]));
}

function openReceiver(name: string, receiver: ParsedReceiver, kinds: readonly NotifierKind[]): Receiver {
  const within = receiver.deliver_within;
  const otherwise = receiver.fallback === undefined ? defaultWithinMs.alone : defaultWithinMs.withFallback;
  return {
    name,
    title: receiver.title ?? name,
    integrations: receiver.to.map((entry) => openIntegration(entry, kinds)),
    deliverWithinMs: {
      critical: within?.critical ?? otherwise.critical,
      warning: within?.warning ?? otherwise.warning,
      info: within?.info ?? otherwise.info,
    },
    fallback: receiver.fallback ?? [],
  };
}

function openIntegration(entry: ParsedIntegration, kinds: readonly NotifierKind[]): Integration {
  const { kind: name, send_resolved: sendResolved, budget, ...options } = entry;
  const kind = kinds.find((each) => each.kind === name);
  invariant(kind !== undefined, `the notifier ${name} was parsed by its own schema`);
  const members = kind.openParsed(options).map((notifier) => ({ endpoint: notifier.endpoint, notifier }));
  const { limit, interrupts, isPersonal, personal, alertsOnly, avoidsHalfHours } = kind;
  const endpoint = members[0]?.endpoint ?? "";
  const known = budget === undefined ? {} : { budget };
  const own = personal === undefined ? {} : { ownOption: personal.ownOption };
  const personsOnly = personal !== undefined && options[personal.ownOption] === undefined;
  const traits = { interrupts, isPersonal, personsOnly, ...own, alertsOnly, avoidsHalfHours };
  return { kind: name, endpoint, members, sendResolved, ...traits, limit, ...known };
}
