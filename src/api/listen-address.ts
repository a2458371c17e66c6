import { z } from "zod";

/** Where a listener listens. */
export type ListenAddress = Readonly<{ host: string; port: number }>;

const form = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9_.-]+)):(\d{1,5})$/;

/** Reads `127.0.0.1:9797`, `[::1]:9797` or `localhost:9797`; undefined when the text is neither. Port 0 takes any free one. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const [, ipv6, name, port] = form.exec(text) ?? [];
  const host = ipv6 ?? name;
  if (host === undefined || Number(port) > 65_535) return undefined;
  return { host, port: Number(port) };
}

/** Writes an address as it is configured. */
export function formatListenAddress({ host, port }: ListenAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Address under which a listener answers. */
export function listenerUrl({ listen, tls }: Readonly<{ listen: ListenAddress; tls?: object | undefined }>): string {
  return `http${tls === undefined ? "" : "s"}://${formatListenAddress(listen)}`;
}

/** An address to listen on in the config. */
export const listenAddressSchema: z.ZodType<ListenAddress, string> = z
  .string()
  .meta({ examples: ["127.0.0.1:9797", "0.0.0.0:9798", "[::1]:9797"] })
  .transform((text, context) => {
    const address = parseListenAddress(text);
    if (address !== undefined) return address;
    context.addIssue({
      code: "custom",
      message: `"${text}" is no address to listen on; write host:port, such as 127.0.0.1:9797 or 0.0.0.0:9798`,
    });
    return z.NEVER;
  });
