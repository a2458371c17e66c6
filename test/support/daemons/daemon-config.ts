import type { ChatServer } from "../servers/chat-server.ts";
import type { ConfigData } from "./daemon-process.ts";

/** A check of a page that runs every second and believes the first answer. */
export function pageCheck(target: ChatServer, more: ConfigData = {}): ConfigData {
  return {
    probe: "http",
    target: `${target.url}/shop`,
    service: "shop",
    interval: "1s",
    timeout: "1s",
    failure_threshold: 1,
    ...more,
  };
}

/** A config that watches with the given checks and tells a Slack channel at once. */
export function chatConfig(chat: ChatServer, checks: ConfigData, more: ConfigData = {}): ConfigData {
  return {
    services: { shop: { title: "Shop" } },
    checks,
    receivers: { ops: { to: [{ kind: "slack", url: `${chat.url}/hook` }] } },
    route: { receiver: "ops", group_by: ["check", "alertname"], group_wait: "0s", group_interval: "1s" },
    ...more,
  };
}

/** Headlines of the messages that a chat received, in their order. */
export function headlines(chat: ChatServer): readonly string[] {
  return chat.requests.map(({ body }) => (JSON.parse(body) as { text: string }).text.split("\n")[0] ?? "");
}
