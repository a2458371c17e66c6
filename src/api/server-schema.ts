import { z } from "zod";
import { idSchema } from "../core/schema/name-schema.ts";
import { namedFileSchema } from "../core/schema/named-file-schema.ts";
import { listenAddressSchema } from "./listen-address.ts";

/** What a listener may serve; a path that belongs to none of a listener's surfaces is not there. */
export const surfaces = ["admin", "ops", "push", "public"] as const;
export type Surface = (typeof surfaces)[number];

const listenerTlsSchema = z.strictObject({
  certificate: namedFileSchema.describe(
    "PEM file with the listener's certificate and those that issued it, leaf first. It is read again when it changes; one that cannot be used leaves the old one in place.",
  ),
  key: namedFileSchema.describe("PEM file with the key of `certificate`, without a password."),
  client_ca: namedFileSchema
    .optional()
    .describe("PEM file with the roots of client certificates; whoever shows none of theirs is refused."),
});

const listenerSchema = z.strictObject({
  listen: listenAddressSchema.describe("Address to listen on, as host:port."),
  tls: listenerTlsSchema.optional().describe("Serves HTTPS; absent: plain HTTP."),
  serve: z
    .array(z.enum(surfaces))
    .min(1, "name at least one of admin, ops, push, public")
    .default(["admin", "ops", "push", "public"])
    .describe(
      "What it serves: admin (the page, the API, reload), ops (/metrics, readiness), push (heartbeats and pushed values), public (what anybody may see).",
    ),
});

const hostNameSchema = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/, "a host name has neither scheme, port nor path")
  .transform((name) => name.toLowerCase());

/** The `server` section of the config. */
export const serverSchema = z.strictObject({
  external_url: z
    .url({ protocol: /^https?$/, error: "write an http or https URL, such as https://watch.example.com" })
    .optional()
    .describe("Address under which people reach the daemon; stands in messages, and its host name is accepted."),
  listeners: z
    .record(idSchema, listenerSchema)
    .refine((listeners) => Object.keys(listeners).length > 0, "name at least one listener")
    .prefault({ main: { listen: "127.0.0.1:9797" } })
    .describe("Addresses to listen on, by name."),
  lifecycle: z
    .boolean()
    .default(false)
    .describe("Allows POST /-/reload without the admin token, and POST /-/quit at all, as in Prometheus."),
  hosts: z
    .array(hostNameSchema)
    .default([])
    .describe("Further host names under which requests may come; others are refused, which stops DNS rebinding."),
});

export type ServerSettings = z.output<typeof serverSchema>;
export type ListenerSettings = z.output<typeof listenerSchema>;
