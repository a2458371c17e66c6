import type { Secret } from "../secrets/secret.ts";

/** What all channels share on their way out, as the section `channels` says it. */
export type ChannelSettings = Readonly<{
  proxy?: Secret | undefined;
  /** Hosts that are reached without the proxy, with all names below them. */
  no_proxy?: readonly string[] | undefined;
  /** PEM file with roots to trust beside the well-known ones. */
  ca?: string | undefined;
}>;
