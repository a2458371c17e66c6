import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { notifierKinds } from "../src/alerting/notifiers/index.ts";
import { UndiciNotifyHttp } from "../src/platform/channels/notify-http.ts";
import { aNotification, anAlert, madeAtMs } from "../test/support/samples/notifications.ts";
import { noSmtp } from "../test/support/servers/no-smtp.ts";
import { type Inbox, startInbox } from "./inbox.ts";

let inbox: Inbox;

beforeEach(async () => {
  inbox = await startInbox({ port: 0 });
});

afterEach(() => inbox.close());

const page = async (): Promise<string> => (await fetch(`${inbox.url}/`)).text();
const post = (path: string, body: string): Promise<Response> => fetch(inbox.url + path, { method: "POST", body });

describe("demo/inbox", () => {
  it.each([
    ["slack", "/slack/ops-chat"],
    ["webhook", "/webhook"],
  ])("takes what the %s notifier sends and shows it escaped", async (kind, path) => {
    const alerts = [
      anAlert({
        labels: { alertname: "A", severity: "critical", instance: "<script>x</script>" },
        annotations: { title: "<b>商城</b>" },
      }),
    ];
    const notifier = notifierKinds.find((each) => each.kind === kind)?.open({ url: inbox.url + path });
    const io = { now: () => madeAtMs, http: new UndiciNotifyHttp(), smtp: noSmtp, log: () => {} };

    const outcome = await notifier
      ?.prepare(aNotification({ alerts, locale: "zh" }))
      .send(io, new AbortController().signal);

    expect(outcome).toEqual({ kind: "delivered", final: true });
    expect(await page()).toContain("&lt;script&gt;x&lt;/script&gt;");
    expect(await page()).not.toMatch(/<script|<b>/);
  });

  it("shows a Slack message as a chat would, links as text", async () => {
    const text = { type: "mrkdwn", text: "<https://a.example/?b&amp;c|面板>" };
    await post(
      "/slack/dev",
      JSON.stringify({
        text: "t",
        blocks: [
          { type: "header", text: { type: "plain_text", text: "🔴 严重 &lt;商城&gt;" } },
          { type: "section", text },
        ],
      }),
    );

    expect(inbox.messages()).toMatchObject([{ channel: "dev", text: "🔴 严重 <商城>\n面板: https://a.example/?b&c" }]);
  });

  it("keeps the last hundred", async () => {
    for (let index = 0; index < 105; index += 1) await post("/webhook", JSON.stringify({ text: `m${index}` }));

    expect(
      inbox
        .messages()
        .map(({ text }) => text)
        .slice(0, 1),
    ).toEqual(["m5"]);
    expect(inbox.messages()).toHaveLength(100);
  });

  it.each([
    ["POST", "/slack/", "{}", 404],
    ["POST", "/elsewhere", "{}", 404],
    ["PUT", "/webhook", "{}", 404],
    ["POST", "/webhook", "{", 400],
    ["POST", "/webhook", `"${"x".repeat(300_000)}"`, 413],
  ])("answers %s %s with a refusal", async (method, path, body, status) => {
    expect((await fetch(inbox.url + path, { method, body })).status).toBe(status);
    expect(inbox.messages()).toEqual([]);
  });

  it("refreshes itself and says when it is empty", async () => {
    expect(await page()).toContain('http-equiv="refresh"');
    expect(await page()).toContain("Nothing has arrived yet");
  });
});
