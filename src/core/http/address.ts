import { z } from "zod";

/** Splits off the brackets of an IPv6 literal. */
export function bareHost(hostname: string): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

/** Port of a URL, the scheme's own when it names none. */
export function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}

/** The address as people and metrics may see it: without query and fragment. */
export function displayOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function problemOf(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text)) return `"${text}" is no address of this probe; write it as https://host/path`;
  if (!URL.canParse(text)) return "the address is no valid URL; write it as https://host:port/path";
  const { username, password } = new URL(text);
  if (username !== "" || password !== "") {
    return "the address holds a user name or password; move them to `auth: { kind: basic, username: …, password: … }`";
  }
  return undefined;
}

/** Target of a check over HTTP: an absolute http or https URL without credentials; becomes its normal form. */
export const addressSchema: z.ZodType<string, string> = z.string().transform((text, context) => {
  const problem = problemOf(text);
  if (problem === undefined) {
    const url = new URL(text);
    url.hash = "";
    return url.href;
  }
  context.addIssue({ code: "custom", message: problem });
  return z.NEVER;
});
