import { z } from "zod";
import { secretSchema } from "../../core/schema/secret-schema.ts";
import type { Secret } from "../../core/secrets/secret.ts";

/** A secret of a known form; errors never repeat it, `hint` says what is wanted. */
export function tokenSchema(form: RegExp, hint: string): z.ZodType<Secret, string> {
  return z.string().regex(form, hint).meta({ writeOnly: true }).pipe(secretSchema);
}

/** Base address of a service, without user, query or fragment; a slash at its end is dropped. */
export const baseUrlSchema: z.ZodType<string, string> = z.string().transform((text, context) => {
  const url = URL.parse(text);
  const web = url?.protocol === "https:" || url?.protocol === "http:";
  if (url !== null && web && `${url.username}${url.password}${url.search}${url.hash}` === "") {
    return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  }
  const message = "this is no base address; write it as https://host, without user, query or fragment";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});
