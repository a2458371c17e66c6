import type { ChannelFault } from "../../../core/message/trouble-words.ts";

/** Beginnings of the component's name where the trouble is a channel's. */
const beginnings: Readonly<Record<ChannelFault, string>> = {
  failing: "channel",
  lost: "lost pages of",
  budget: "budget of",
};

/** A channel, and what is wrong with it. */
export type TroubledChannel = Readonly<{ receiver: string; endpoint: string; what: ChannelFault }>;

/** Component of a channel in trouble. */
export function channelComponent({ receiver, endpoint, what }: TroubledChannel): string {
  return `${beginnings[what]} ${receiver} ${endpoint}`;
}

/** The channel that a component is about; undefined for other parts of the daemon. */
export function channelOf(component: string): TroubledChannel | undefined {
  const entries = Object.entries(beginnings) as [ChannelFault, string][];
  const found = entries.find(([, words]) => component.startsWith(`${words} `));
  if (found === undefined) return undefined;
  const [what, words] = found;
  const [receiver = "", ...endpoint] = component.slice(words.length + 1).split(" ");
  return { receiver, endpoint: endpoint.join(" "), what };
}

/** Pattern of the components that are about a receiver. */
export function componentsOf(receiver: string): string {
  return `(?:${Object.values(beginnings).join("|")}) ${receiver.replaceAll(/\W/g, (sign) => `\\${sign}`)} .*`;
}

/** True where critical messages reached nobody. */
export function isLostPages(component: string): boolean {
  return channelOf(component)?.what === "lost";
}
