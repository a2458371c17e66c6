import { aliyunServer, dingtalkServer } from "./channel-servers.ts";
import { ChatServer, type ReceivedRequest } from "./chat-server.ts";

export const channelSecret = "SECtest123";

/** A message in a chat of DingTalk: its lines without links and marks of the format, and who is mentioned. */
export type ChatMessage = Readonly<{ robot: string; text: string; mentioned: readonly string[] }>;

/** The robots of a DingTalk chat and a telephone provider, both of which verify signatures by the clock of a test. */
export class Channels {
  readonly robot: ChatServer;
  readonly provider: ChatServer;

  private constructor(robot: ChatServer, provider: ChatServer) {
    this.robot = robot;
    this.provider = provider;
  }

  static async start(): Promise<Channels> {
    return new Channels(await ChatServer.start(), await ChatServer.start());
  }

  async stop(): Promise<void> {
    await Promise.all([this.robot.stop(), this.provider.stop()]);
  }

  /** Lets the servers answer by this clock. */
  open(nowMs: () => number): void {
    this.robot.answerWith(dingtalkServer(nowMs, channelSecret));
    const taken = aliyunServer({ Code: "OK", CallId: "C1", RequestId: "R", Message: "OK" })(nowMs, channelSecret);
    const heard = aliyunServer({ Code: "OK", RequestId: "R", Data: JSON.stringify({ state: "200000" }) });
    const asked = heard(nowMs, channelSecret);
    this.provider.answerWith((request) => (isCall(request) ? taken : asked)(request));
  }

  /** Receivers' entries of a chat with these robots and of a telephone. */
  chatEntry(robots = ["T"]): string {
    const each = robots.map((token) => `{ token: ${token}, secret: ${channelSecret} }`).join(", ");
    return `{ kind: dingtalk, robots: [${each}], base_url: "${this.robot.url}" }`;
  }

  voiceEntry(variables = "severity: severity, name: subject, what: what, time: since"): string {
    const access = `key: LTAI0123456789, secret: ${channelSecret}, base_url: "${this.provider.url}"`;
    return `{ kind: aliyun_voice, template: TTS_1, variables: { ${variables} }, ${access} }`;
  }

  /** Who was called, with what was said; `names` by telephone number. */
  calls(names: Readonly<Record<string, string>>): readonly string[] {
    return this.provider.requests.filter(isCall).map(({ path }) => {
      const query = new URL(path, this.provider.url).searchParams;
      const said = JSON.parse(query.get("TtsParam") ?? "{}") as Readonly<Record<string, string>>;
      const number = query.get("CalledNumber") ?? "";
      return `${names[number] ?? number}: ${Object.values(said).join(" ")}`;
    });
  }

  /** What stands in the chat. */
  messages(): readonly ChatMessage[] {
    return this.robot.requests.map((request) => {
      const { markdown, at } = JSON.parse(request.body) as Said;
      return { robot: robotOf(request), text: plainLines(markdown.text), mentioned: at?.atUserIds ?? [] };
    });
  }
}

/** Whether it is one, and no question what became of one. */
function isCall({ headers }: ReceivedRequest): boolean {
  return headers["x-acs-action"] === "SingleCallByTts";
}

type Said = Readonly<{ markdown: { text: string }; at?: { atUserIds?: readonly string[] } }>;

/** Token of the robot that a request goes to. */
export function robotOf({ path }: ReceivedRequest): string {
  return new URL(path, "http://x").searchParams.get("access_token") ?? "";
}

/** Lines as people see them: without links and marks of Markdown. */
export function plainLines(text: string): string {
  const shown = text.replaceAll(/\[[^\]]*\]\([^)]*\)/g, "").replaceAll(/^[^\n]*: http\S+\/\S*$/gm, "");
  const lines = shown
    .split("\n")
    .map((line) => line.replaceAll(/[#>*·\s]+/g, " ").replace(/^(?:[\p{So}\p{Sk}\uFE0F] )+/u, ""));
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");
}
