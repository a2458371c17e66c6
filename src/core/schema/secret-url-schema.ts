import { z } from "zod";
import { Secret } from "../secrets/secret.ts";

/** An http or https URL that is itself a secret (webhook addresses are); its errors never repeat the text. */
export const secretUrlSchema: z.ZodType<Secret, string> = z
  .string()
  .meta({ writeOnly: true, examples: ["https://hooks.example.com/services/…"] })
  .transform((text, context) => {
    const problem = problemOf(text);
    if (problem === undefined) return new Secret(text);
    context.addIssue({ code: "custom", message: problem });
    return z.NEVER;
  });

/** An HTTP proxy, as `http://host:port` or with `user:password@`; secret because of the latter. */
export const proxyUrlSchema: z.ZodType<Secret, string> = z
  .string()
  .meta({ writeOnly: true, examples: ["http://proxy.example.com:3128"] })
  .transform((text, context) => {
    const url = URL.parse(text);
    if ((url?.protocol === "http:" || url?.protocol === "https:") && url.pathname === "/" && url.search === "") {
      return new Secret(text);
    }
    context.addIssue({ code: "custom", message: "this is no proxy; write http://host:port" });
    return z.NEVER;
  });

function problemOf(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return "this is no URL; write the whole address, beginning with https://";
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return `the URL begins with ${url.protocol}//; only http:// and https:// are spoken here`;
  }
  return url.username === "" && url.password === ""
    ? undefined
    : "the URL carries a user or password; use `auth` instead";
}
