import type { ReceivedRequest, ScriptedAnswer } from "./chat-server.ts";

type Posted = { text: string; thread?: string; broadcast: boolean };

/** A channel of Slack behind its web API: keeps messages by their `ts`, and knows its bot's token. */
export class SlackWorkspace {
  readonly messages = new Map<string, Posted>();
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  /** Title of every message as it stands, replies after an arrow, those that the whole channel sees with two. */
  get channel(): readonly string[] {
    return [...this.messages.values()].map(({ text, thread, broadcast }) => {
      const [title = ""] = text.split("\n");
      if (thread === undefined) return title;
      return `${broadcast ? "=>" : "->"} ${title}`;
    });
  }

  /** What the API answers. */
  readonly serve = ({ path, headers, body }: ReceivedRequest): ScriptedAnswer => {
    if (headers["authorization"] !== `Bearer ${this.#token}`) return refused("invalid_auth");
    const request = JSON.parse(body) as Readonly<Record<string, string | boolean | undefined>>;
    const { channel, text, ts, thread_ts: thread } = request;
    if (channel !== "C012AB3CD") return refused("channel_not_found");
    if (path.endsWith("/chat.update")) {
      const known = this.messages.get(String(ts));
      if (known === undefined) return refused("message_not_found");
      known.text = String(text);
      return taken(String(ts));
    }
    if (thread !== undefined && !this.messages.has(String(thread))) return refused("thread_not_found");
    const id = `17000000${10 + this.messages.size}.000100`;
    const broadcast = request["reply_broadcast"] === true;
    this.messages.set(id, {
      text: String(text),
      broadcast,
      ...(thread === undefined ? {} : { thread: String(thread) }),
    });
    return taken(id);
  };
}

function taken(ts: string): ScriptedAnswer {
  return { status: 200, body: JSON.stringify({ ok: true, channel: "C012AB3CD", ts }) };
}

function refused(error: string): ScriptedAnswer {
  return { status: 200, body: JSON.stringify({ ok: false, error }) };
}
