import { z } from "zod";
import { namedFileSchema } from "../../../core/schema/named-file-schema.ts";
import { secretSchema } from "../../../core/schema/secret-schema.ts";
import { proxyUrlSchema } from "../../../core/schema/secret-url-schema.ts";

const addressForm = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?$/;
const address = z
  .string()
  .regex(addressForm, "this is no mail address; write name@example.com, with a foreign domain in its xn-- form");

const hostForm = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45})$/;

/** Options of the email notifier. */
export const emailOptions = z
  .strictObject({
    host: z
      .string()
      .regex(hostForm, "write the mail server's name or address alone; port and TLS are options of their own")
      .describe("Mail server to hand mail to: its name or address."),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe("Its port; 587 for `starttls`, 465 for `implicit`, 25 for `none` where absent."),
    tls: z
      .enum(["starttls", "implicit", "none"])
      .default("starttls")
      .describe("`starttls` demands the upgrade, `implicit` begins with TLS, `none` sends in clear."),
    ca: namedFileSchema.optional().describe("PEM file with the only roots to trust, in place of the well-known ones."),
    auth: z
      .strictObject({
        username: z.string().min(1).max(320).describe("User name at the mail server."),
        password: secretSchema.describe("Its password."),
      })
      .optional()
      .describe("Login at the mail server; never sent without TLS."),
    proxy: proxyUrlSchema
      .refine(
        (proxy) => proxy.reveal().startsWith("http://"),
        "mail goes through a proxy without TLS; write http://host:port",
      )
      .optional()
      .describe("HTTP proxy that makes a tunnel (CONNECT) to the mail server, as `http://host:port`."),
    from: address.describe("Address that mail comes from."),
    from_name: z
      .string()
      .max(100)
      .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, "a name holds no line breaks and no control characters")
      .default("Watchfire")
      .describe("Name beside that address."),
    to: z
      .array(address)
      .min(1, "an empty `to` reaches nobody; leave it out where only persons get mail")
      .max(50)
      .transform((addresses) => [...new Set(addresses)])
      .optional()
      .describe(
        "Addresses of mail that is for no person in particular; all of them see each other. Without them, only persons' own addresses are used.",
      ),
  })
  .superRefine(({ tls, ca, auth }, context) => {
    if (tls !== "none") return;
    const needsTls = (key: string, message: string): void =>
      context.addIssue({
        code: "custom",
        path: [key],
        message: `${message}; use \`tls: starttls\` or \`tls: implicit\``,
      });
    if (auth !== undefined) needsTls("auth", "the password would go over the net in clear");
    if (ca !== undefined) needsTls("ca", "without TLS there is no certificate to verify");
  });

export type EmailOptions = z.output<typeof emailOptions>;

/** The port by the way TLS is spoken, when none is configured. @see RFC 8314 */
export function portOf({ port, tls }: EmailOptions): number {
  return port ?? { starttls: 587, implicit: 465, none: 25 }[tls];
}
