import { z } from "zod";
import { remembered } from "../remembered.ts";

/** Splits off the brackets of an IPv6 literal. */
export function bareHost(hostname: string): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

/** Port of a URL, the scheme's own when it names none. */
export function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}

const mostUrls = 8000;

/** The URL of an address, which was checked before; whoever wants to change it makes a copy. @throws {TypeError} for what is no URL. */
export const urlOf: (address: string) => Readonly<URL> = remembered((address) => new URL(address), mostUrls);

/** The address as people and metrics may see it: without query and fragment. */
export function displayOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function problemOf(text: string, scheme: "http" | "ws", home: string): string | undefined {
  if (!new RegExp(`^${scheme}s?://`, "i").test(text))
    return `"${text}" is no address of this probe; write it as ${scheme}s://host/path`;
  if (!URL.canParse(text)) return `the address is no valid URL; write it as ${scheme}s://host:port/path`;
  const { username, password } = new URL(text);
  return username === "" && password === ""
    ? undefined
    : `the address holds a user name or password; move them to ${home}`;
}

const inAuth = "`auth: { kind: basic, username: …, password: … }`";

/** An absolute URL of a scheme, with TLS or without, and without credentials, whose `home` is told; becomes its normal form. */
function urlSchema(scheme: "http" | "ws", home: string): z.ZodType<string, string> {
  return z.string().transform((text, context) => {
    const problem = problemOf(text, scheme, home);
    if (problem === undefined) {
      const url = new URL(text);
      url.hash = "";
      return url.href;
    }
    context.addIssue({ code: "custom", message: problem });
    return z.NEVER;
  });
}

/** Address over HTTP of what has its credentials elsewhere than in `auth`. */
export function addressWithCredentialsIn(home: string): z.ZodType<string, string> {
  return urlSchema("http", home);
}

/** Target of a check over HTTP. */
export const addressSchema = urlSchema("http", inAuth);

/** Target of a check over a WebSocket. */
export const websocketAddressSchema = urlSchema("ws", inAuth);
