import type { Alert } from "../../core/alerting/alert.ts";
import type { Notification } from "../../core/alerting/notification.ts";
import type { DeliveryOutcome, Notifier, NotifyIo } from "../../core/alerting/notifier.ts";
import { fingerprint } from "../../core/labels.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { attempt } from "./attempt.ts";
import type { Receiver } from "./config/receivers.ts";

const askAgainMs = 5000;

/** What a test message says of itself, apart from the receiver. */
export type TestContext = Readonly<
  Pick<Notification, "id" | "externalUrl" | "timeZone" | "env" | "locale" | "style" | "contact"> & {
    clock: Clock;
    io: NotifyIo;
    /** How long a provider is asked what became of a message that it took; absent: not at all. */
    patienceMs?: number;
  }
>;

/** How the test went at one integration; `line` is for people. `needsPerson`: it reaches people by their own addresses, and the test was for none. */
export type TestOutcome = Readonly<{
  kind: string;
  endpoint: string;
  delivered: boolean;
  needsPerson: boolean;
  line: string;
}>;

/** Sends one test message through every endpoint of a receiver, once each, one after the other. */
export async function testReceiver(receiver: Receiver, context: TestContext): Promise<readonly TestOutcome[]> {
  const { clock, io } = context;
  const outcomes: TestOutcome[] = [];
  const members = receiver.integrations.flatMap(({ kind, isPersonal, members: all }) =>
    all.map((member) => ({ kind, isPersonal, ...member })),
  );
  for (const { kind, isPersonal, endpoint, notifier } of members) {
    const abort = new AbortController();
    const taken = await attempt(notifier, testNotification(receiver, context), { io, clock, abort });
    const outcome = await endOf(taken, notifier, context, abort.signal);
    outcomes.push({
      kind,
      endpoint,
      delivered: outcome.kind === "delivered",
      needsPerson: isPersonal && context.contact === undefined && isForNobody(outcome),
      line: `${kind} ${endpoint}: ${wordsOf(outcome)}`,
    });
  }
  return outcomes;
}

/** Asks what became of what was taken, until that is certain or the patience is over. */
async function endOf(
  taken: DeliveryOutcome,
  { fate }: Notifier,
  { clock, io, contact, patienceMs = 0 }: TestContext,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  if (taken.kind !== "delivered" || taken.final || taken.externalId === undefined || fate === undefined) return taken;
  const accepted = { externalId: taken.externalId, atMs: clock.now() };
  const whom = contact === undefined ? {} : { contact };
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += askAgainMs) {
    await clock.sleep(askAgainMs);
    const said = await fate(accepted, whom, io, signal);
    if (said.kind === "rejected") return said;
    if (said.kind === "delivered") return { ...said, detail: [taken.detail, said.detail].filter(Boolean).join("; ") };
  }
  return taken;
}

function isForNobody(outcome: DeliveryOutcome): boolean {
  return outcome.kind === "rejected" && outcome.reason === "unknown_recipient";
}

function testNotification(
  receiver: Receiver,
  { id, externalUrl, timeZone, env, locale, style, contact, clock }: TestContext,
): Notification {
  return {
    id,
    intent: "test",
    createdAtMs: clock.now(),
    receiver: receiver.name,
    groupKey: "test",
    groupLabels: {},
    alerts: [testAlert(receiver, env, clock.now())],
    truncatedAlerts: 0,
    because: "test",
    externalUrl,
    timeZone,
    env,
    locale,
    possibleDuplicate: false,
    shorten: false,
    plainText: false,
    ...(style === undefined ? {} : { style }),
    ...(contact === undefined ? {} : { contact }),
  };
}

/** Payloads of alerts are read by programs, which want one alert to be there. */
function testAlert({ name, title }: Receiver, env: string, nowMs: EpochMs): Alert {
  const labels = { alertname: "WatchfireTest", env, receiver: name, severity: "info" };
  return {
    fingerprint: fingerprint(labels),
    labels,
    annotations: { title, summary: "This is a test of the channel; nothing is wrong." },
    status: "firing",
    startsAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

function wordsOf(outcome: DeliveryOutcome): string {
  if (outcome.kind === "delivered") {
    const verb = outcome.final ? "delivered" : "accepted";
    return outcome.detail === undefined ? verb : `${verb}: ${outcome.detail}`;
  }
  const verb = outcome.kind === "rejected" ? "rejected" : "not delivered";
  return `${verb} (${outcome.reason}): ${outcome.detail}`;
}
