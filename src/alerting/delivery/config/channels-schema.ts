import { z } from "zod";
import type { ChannelSettings } from "../../../core/ports/channel-settings.ts";
import { namedFileSchema } from "../../../core/schema/named-file-schema.ts";
import { proxyUrlSchema } from "../../../core/schema/secret-url-schema.ts";

const hostForm = /^\*?\.?[\p{L}\p{N}][\p{L}\p{N}._-]*$|^[0-9A-Fa-f:]{2,45}$/u;

/** The section `channels`: what all channels share on their way out. */
export const channelsSchema: z.ZodType<ChannelSettings> = z.strictObject({
  proxy: proxyUrlSchema
    .optional()
    .describe(
      "HTTP proxy for all messages over HTTP(S) and the dead man's ping, as `http://user:password@host:port`; a notifier's own `proxy` goes before it. Mail goes through its notifier's own alone: mail servers mostly stand inside.",
    ),
  no_proxy: z
    .array(z.string().regex(hostForm, "write a host name or an address alone, without scheme, port or mask"))
    .max(100)
    .default([])
    .describe("Hosts that are reached without `proxy`, with all names below them; this machine always is."),
  ca: namedFileSchema
    .optional()
    .describe(
      "PEM file with roots to trust beside the well-known ones, for all channels, mail and an https proxy; read again when it changes.",
    ),
});
