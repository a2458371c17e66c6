import { z } from "zod";
import { secretSchema } from "../../core/schema/secret-schema.ts";

/** Secret value of a request header. */
export const headerValueSchema = z
  .string()
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, "a header value holds no line breaks and no characters beyond Latin-1")
  .pipe(secretSchema);

/** Credentials that go into the header `Authorization`. */
export const httpAuthSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("bearer"),
    token: headerValueSchema.describe("Token that is sent as `Authorization: Bearer …`."),
  }),
  z.strictObject({
    kind: z.literal("basic"),
    username: z.string().min(1).describe("User name of HTTP basic authentication."),
    password: secretSchema.describe("Password of HTTP basic authentication."),
  }),
]);

/** The header `Authorization` that carries the credentials. @see RFC 6750, RFC 7617 */
export function authorizationOf(auth: z.output<typeof httpAuthSchema>): string {
  if (auth.kind === "bearer") return `Bearer ${auth.token.reveal()}`;
  return `Basic ${Buffer.from(`${auth.username}:${auth.password.reveal()}`, "utf8").toString("base64")}`;
}
