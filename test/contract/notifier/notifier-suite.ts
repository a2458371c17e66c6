import { describe, expect, it } from "vitest";
import {
  type DeliveryOutcome,
  deliveryReasons,
  type NotifierKind,
  type NotifyIo,
} from "../../../src/core/alerting/notifier.ts";
import type { NotifyAnswer, NotifyRequest } from "../../../src/core/ports/notify-http.ts";
import type { ProgramEnd, ProgramRun } from "../../../src/core/ports/programs.ts";
import type { SmtpAnswer, SmtpMail, SmtpServer, SmtpStep } from "../../../src/core/ports/smtp.ts";
import { aNotification, anAlert, madeAtMs } from "../../support/samples/notifications.ts";

/** Options of a kind whose every secret holds the canary. */
export type Specimen = Readonly<{ kind: NotifierKind; options: unknown }>;

export const canary = "CANARY-b1946ac9";

const failures = ["dns", "refused", "reset", "timeout", "tls", "protocol", "proxy"] as const;
const steps: readonly SmtpStep[] = ["greeting", "starttls", "login", "sender", "recipients", "message"];
const bodies = [
  "",
  "ok",
  '{"ok":false,"error":"x"}',
  '{"ok":tr',
  "<html>Sign in</html>",
  canary,
  "\u0000\ud800",
  "no_service",
];
const never = new AbortController().signal;

function ioThat(answer: (request: NotifyRequest) => NotifyAnswer, logged: unknown[] = []): NotifyIo {
  return {
    now: () => madeAtMs,
    http: { request: async (request) => answer(request) },
    smtp: { send: async (server, mail) => mailAnswerOf(answer(requestOf(server, mail)), mail) },
    programs: { run: async (run) => programEndOf(answer(runRequestOf(run))) },
    log: (...line) => void logged.push(line),
  };
}

/** A program is told everything and repeats it; its exit code stands for the status. */
function programEndOf(answer: NotifyAnswer): ProgramEnd {
  if (!answer.ok) return { ok: false, reason: "timeout", detail: answer.detail, hasRun: answer.sent };
  return { ok: true, exitCode: answer.status % 256, stdout: answer.body, stderr: answer.body };
}

function runRequestOf({ command, env, stdin }: ProgramRun): NotifyRequest {
  return { url: `exec:${command.join(" ")}`, method: "PUT", headers: env, body: stdin };
}

/** Mail servers answer with codes of the same three digits: what HTTP would have said is said at one of the steps of SMTP. */
function mailAnswerOf(answer: NotifyAnswer, { to }: SmtpMail): SmtpAnswer {
  if (!answer.ok) return { ...answer, reason: answer.reason === "proxy" ? "refused" : answer.reason };
  const { status: code } = answer;
  if (code < 400) return { ok: true, accepted: to, refused: [] };
  const step = steps[code % steps.length] ?? "message";
  const refused = step === "recipients" ? to.map((recipient) => ({ recipient, code })) : [];
  return { ok: false, reason: "reply", step, reply: { code }, refused };
}

function requestOf(server: SmtpServer, mail: SmtpMail): NotifyRequest {
  return { url: `smtp://${server.host}`, method: "PUT", headers: {}, body: JSON.stringify([server, mail]) };
}

function expectClassified(outcome: DeliveryOutcome): void {
  expect(["delivered", "retryable", "rejected"]).toContain(outcome.kind);
  if (outcome.kind !== "delivered") {
    expect(Object.keys(deliveryReasons)).toContain(outcome.reason);
    expect(outcome.detail).not.toBe("");
  }
  expect(JSON.stringify(outcome)).not.toContain(canary);
}

/** What every notifier keeps to, whatever it speaks. */
export function notifierSuite(specimen: Specimen): void {
  describe(`contract/notifier ${specimen.kind.kind}`, () => {
    classifying(specimen);
    rendering(specimen);

    it("refuses unknown options", () => {
      expect(() => specimen.kind.open({ ...(specimen.options as object), surprise: 1 })).toThrow(/surprise/);
    });
  });
}

function classifying({ kind, options }: Specimen): void {
  const notifier = kind.open(options);
  const plain = { shorten: true, plainText: true };

  it("classifies every status with every body, and repeats no secret that the other end echoes", async () => {
    const [first, plainest] = [notifier.prepare(aNotification()), notifier.prepare(aNotification(plain))];
    const distinct = new Map<string, DeliveryOutcome>();
    for (let status = 100; status <= 599; status += 1) {
      for (const body of bodies) {
        const echo = (request: NotifyRequest): NotifyAnswer => ({
          ok: true,
          status,
          headers: { "retry-after": canary },
          body: body === canary ? JSON.stringify(request) : body,
        });
        for (const { send } of [first, plainest]) {
          const outcome = await send(ioThat(echo), never);
          distinct.set(JSON.stringify(outcome), outcome);
        }
      }
    }
    for (const outcome of distinct.values()) expectClassified(outcome);
  });

  it.each(failures)("classifies the failure %s", async (reason) => {
    for (const sent of [true, false]) {
      const { send } = notifier.prepare(aNotification());
      const outcome = await send(
        ioThat(() => ({ ok: false, reason, detail: "E", sent })),
        never,
      );

      expectClassified(outcome);
      if (outcome.kind === "retryable") expect(outcome.maybeDelivered).toBe(sent);
    }
  });
}

function rendering({ kind, options }: Specimen): void {
  const notifier = kind.open(options);

  it("shows no secret in its endpoint, its message or the log", async () => {
    const logged: unknown[] = [];
    const prepared = notifier.prepare(aNotification());

    await prepared.send(
      ioThat(() => ({ ok: true, status: 200, headers: {}, body: "ok" }), logged),
      never,
    );

    expect(JSON.stringify([notifier.endpoint, prepared.message, logged])).not.toContain(canary);
  });

  it("renders the same notification to the same message, as JSON", () => {
    const [first, second] = [notifier.prepare(aNotification()).message, notifier.prepare(aNotification()).message];

    expect(first).toEqual(second);
    expect(JSON.parse(JSON.stringify(first))).toEqual(first);
  });

  it("renders hostile and empty notifications without a throw", () => {
    const hostile = "<!channel> @everyone [x](http://evil) *b* `c` \u202e\u0000\ud800 \r\nX: y".repeat(2000);
    const alert = anAlert({ labels: { alertname: hostile }, annotations: { title: hostile, detail: hostile } });

    for (const locale of ["en", "zh"] as const) {
      expect(() => notifier.prepare(aNotification({ alerts: [alert], locale }))).not.toThrow();
      expect(() => notifier.prepare(aNotification({ alerts: [], intent: "digest", locale }))).not.toThrow();
    }
  });
}
