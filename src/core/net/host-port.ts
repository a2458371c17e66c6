import { z } from "zod";

/** A host as it is dialled, IPv6 without brackets, and the port where one is named. */
export type HostPort = Readonly<{ host: string; port?: number }>;

const nameForm =
  /^(?=.{1,254}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?$/;
const octet = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
/** As a URL writes it, too. */
const ipv4 = new RegExp(`^(?:${octet}\\.){3}${octet}$`);
const form =
  /^(?:\[([^[\]]*)\]|([^:[\]]*)|([0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(?:%[\w.-]+)?))(?::(\d{1,5}))?$/;

/** Reads `host`, `host:port`, `[::1]:port`; undefined when the text is neither. */
export function parseHostPort(text: string): HostPort | undefined {
  // A bare IPv6 literal has no port: its last group would be taken for one.
  const bare = text.includes("[") || text.split(":").length < 3 ? undefined : literal6(text);
  if (bare !== undefined) return { host: bare };
  const [, bracketed, name, , digits] = form.exec(text) ?? [];
  const host = bracketed === undefined ? hostName(name ?? "") : literal6(bracketed);
  const port = digits === undefined ? undefined : Number(digits);
  if (host === undefined || port === 0 || (port ?? 0) > 65_535) return undefined;
  return port === undefined ? { host } : { host, port };
}

/** Writes it so that `parseHostPort` reads it back. */
export function formatHostPort({ host, port }: HostPort): string {
  const shown = host.includes(":") ? `[${host}]` : host;
  return port === undefined ? shown : `${shown}:${port}`;
}

/** Address of a check that names a host and perhaps a port; becomes its normal form, lower case and ASCII. */
export function hostPortSchema(need: "with port" | "port optional"): z.ZodType<string, string> {
  const example = need === "with port" ? "host:port, an IPv6 address in brackets: [::1]:25" : "host or host:port";
  return z.string().transform((text, context) => {
    const parsed = parseHostPort(text);
    if (parsed !== undefined && (need === "port optional" || parsed.port !== undefined)) return formatHostPort(parsed);
    const what = /^[a-z+]+:\/\//i.test(text)
      ? "an address with a scheme does not fit here"
      : `"${text.slice(0, 80)}" does not fit`;
    context.addIssue({ code: "custom", message: `${what}; write it as ${example}` });
    return z.NEVER;
  });
}

function literal6(text: string): string | undefined {
  const [address = "", zone] = text.split("%");
  if (!/^[0-9a-fA-F:.]+$/.test(address) || !URL.canParse(`http://[${address}]/`)) return undefined;
  if (zone !== undefined && !/^[\w.-]+$/.test(zone)) return undefined;
  return text.toLowerCase();
}

/** The name in ASCII; a number that a URL would take for an IPv4 address in another spelling is refused. */
function hostName(text: string): string | undefined {
  if (ipv4.test(text)) return text;
  if (/^[\x20-\x7e]*$/.test(text)) {
    const name = text.toLowerCase();
    if (!nameForm.test(name)) return undefined;
    const isNumeric = /^(?:0x[0-9a-f]*|\d+)$/.test(name.split(".").at(-1) ?? "");
    return isNumeric && new URL(safe(name)).hostname !== name ? undefined : name;
  }
  const url = safe(text);
  const { hostname } = new URL(url);
  return nameForm.test(hostname) ? hostname : undefined;
}

/** A URL of the host, or one whose host never fits. */
function safe(host: string): string {
  return /[/?#@\\:]/.test(host) || !URL.canParse(`http://${host}/`) ? "http://[::]/" : `http://${host}/`;
}
