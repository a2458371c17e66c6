import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../../test/support/fakes/fake-clock.ts";
import { aNotification, anAlert, madeAtMs } from "../../../../test/support/samples/notifications.ts";
import { noSmtp } from "../../../../test/support/servers/no-smtp.ts";
import { goldenNotifications, outcomeWords } from "../../../../test/support/worlds/notifier-run.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import type { DeliveryOutcome, NotifyIo } from "../../../core/alerting/notifier.ts";
import { ChildPrograms } from "../../../platform/processes/child-programs.ts";
import { exec } from "./exec.ts";
import { outcomeOfProgram } from "./outcome.ts";
import { execInput } from "./render.ts";

const http = { request: () => Promise.reject(new Error("a program needs no HTTP")) };
const clock = new FakeClock();
const io: NotifyIo = { now: () => madeAtMs, http, smtp: noSmtp, programs: new ChildPrograms(clock), log: () => {} };
const never = new AbortController().signal;

function tell(code: string, overrides: Partial<Notification> = {}, env = {}): Promise<DeliveryOutcome> {
  return exec
    .open({ command: [process.execPath, "-e", code], env })
    .prepare(aNotification(overrides))
    .send(io, never);
}

/** A program that ends well only when what it reads has this in it. */
const reading = (condition: string) =>
  `let t = ""; process.stdin.on("data", (d) => { t += d; }).on("end", () => { const told = JSON.parse(t); console.log(told.id); process.exitCode = (${condition}) ? 0 : 65; })`;

describe("alerting/notifiers/exec", () => {
  it.each(goldenNotifications)("renders %s", async (name, overrides) => {
    const text = JSON.stringify(execInput(aNotification(overrides)), undefined, 2);

    await expect(`${text}\n`).toMatchFileSnapshot(`golden/${name}.json`);
  });

  it("tells the program what it is about, and keeps what it answers as the message's id", async () => {
    expect(await tell(reading(`told.title === "Critical: Checkout – wrong status" && told.person === null`))).toEqual({
      kind: "delivered",
      final: true,
      externalId: "n-1",
    });
  });

  it("tells the program whom it is for, which stands nowhere else", async () => {
    const contact = { title: "Ann", addresses: { phone: "+8613800001234" } };
    const outcome = await tell(reading(`told.person.addresses.phone === "+8613800001234"`), { contact });
    const { message } = exec.open({ command: ["/bin/true"] }).prepare(aNotification({ contact }));

    expect(outcomeWords(outcome)).toBe("delivered");
    expect(JSON.stringify(message)).not.toContain("13800001234");
  });

  it.each([
    [0, "delivered"],
    [1, "retryable server_error maybe"],
    [64, "rejected endpoint bad_message"],
    [65, "rejected message bad_message"],
    [67, "rejected recipient unknown_recipient"],
    [69, "retryable server_error"],
    [75, "retryable rate_limited"],
    [77, "rejected endpoint unauthorized"],
    [78, "rejected endpoint bad_message"],
    [255, "retryable server_error maybe"],
  ])("takes exit code %i for %s", async (exitCode, expected) => {
    expect(outcomeWords(await tell(`process.exit(${exitCode})`))).toBe(expected);
  });

  it.each([
    ["not_found", false, "rejected endpoint endpoint_gone"],
    ["permission", false, "rejected endpoint unauthorized"],
    ["timeout", true, "retryable timeout maybe"],
    ["too_much_output", true, "retryable server_error maybe"],
    ["signal", true, "retryable server_error maybe"],
    ["failed", false, "retryable server_error"],
  ] as const)("takes the end %s for %s %s", (reason, hasRun, expected) => {
    expect(outcomeWords(outcomeOfProgram({ ok: false, reason, detail: "d", hasRun }, []))).toBe(expected);
  });

  it("says the first line of what the program complains about, without its secrets", async () => {
    const code = `console.error("\\n  no \\u001b[31mmodem for " + process.env.TOKEN + "\\nstack"); process.exit(69)`;

    expect(await tell(code, {}, { TOKEN: "CANARY" })).toMatchObject({
      detail: "exit code 69: no [31mmodem for <secret>",
    });
  });

  it("runs nothing where no program may be run", async () => {
    const { programs: _none, ...bare } = io;
    const outcome = await exec
      .open({ command: ["/bin/true"] })
      .prepare(aNotification())
      .send(bare, never);

    expect(outcomeWords(outcome)).toBe("rejected endpoint unauthorized");
  });

  it("shows few alerts when it is to be shorter, and says how many are left out", () => {
    const alerts = Array.from({ length: 8 }, (_, index) => anAlert({ fingerprint: String(index) }));

    expect(execInput(aNotification({ alerts, shorten: true, truncatedAlerts: 2 }))).toMatchObject({
      alerts: { length: 5 },
      truncated_alerts: 5,
    });
  });

  it.each([
    [{ command: ["tell"] }, /absolute path/],
    [{ command: [] }, /command/],
    [{ command: "/bin/tell" }, /command/],
    [{ command: ["/bin/tell", "a\0b"] }, /NUL/],
    [{ command: ["/bin/tell"], env: { "A-B": "x" } }, /name of a variable/],
    [{ command: ["/bin/tell"], timeout: "20s" }, /out of range/],
  ])("refuses %j", (options, problem) => {
    expect(exec.options.safeParse(options).error?.message).toMatch(problem);
  });
});
