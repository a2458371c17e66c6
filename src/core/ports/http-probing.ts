import type { Finding } from "../checks/finding.ts";
import type { Phase } from "../checks/phases.ts";
import type { ResolvedAddress } from "./resolver.ts";
import type { TlsFacts, TlsTrust } from "./tls.ts";

export type HttpHeader = readonly [name: string, value: string];

/** Where a proxy stands; credentials go to it and to nobody else. */
export type HttpProxy = Readonly<{ host: string; port: number; authorization?: string }>;

/** One request on one fresh connection. */
export type HttpExchangeRequest = Readonly<{
  /** http or https, without credentials and fragment. */
  url: URL;
  method: string;
  headers: readonly HttpHeader[];
  body?: string;
  /** Addresses of the server, or of the proxy when there is one; the first that answers is taken. */
  addresses: readonly ResolvedAddress[];
  port: number;
  proxy?: HttpProxy;
  trust: TlsTrust;
  /** Name asked for and judged in TLS. */
  serverName: string;
  /** Cap of the header section in bytes. */
  headerLimitBytes: number;
  /** Cap of the body, as sent and decoded. */
  bodyLimitBytes: number;
  /** Says which phase begins now. */
  phase(name: Phase): void;
}>;

export type HttpResponse = Readonly<{
  status: number;
  statusText: string;
  /** `1.0`, `1.1`. */
  version: string;
  headers: readonly HttpHeader[];
  /** Decoded bytes, at most `bodyLimitBytes`. */
  body: Uint8Array;
  /** True when there was more than `bodyLimitBytes` and the rest was not read. */
  cut: boolean;
}>;

/** What came of an exchange; a finding says why it ended early, and the parts that were reached stay. */
export type HttpExchange = Readonly<{
  finding?: Finding;
  remote?: ResolvedAddress;
  tls?: TlsFacts;
  response?: HttpResponse;
}>;

export interface HttpProbing {
  /** Makes one HTTP/1.1 exchange over a fresh connection; follows nothing, reuses nothing, never throws for an expected failure. */
  exchange(request: HttpExchangeRequest, signal: AbortSignal): Promise<HttpExchange>;
}
