export type NotifyRequest = Readonly<{
  url: string;
  method: "GET" | "POST" | "PUT" | "PATCH";
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** HTTP proxy to go through, with its credentials; where absent, the one that all channels share. */
  proxy?: string;
}>;

export type NotifyAnswer =
  | Readonly<{ ok: true; status: number; headers: Readonly<Record<string, string>>; body: string }>
  /** `sent` says whether the request may have reached the other end. */
  | Readonly<{
      ok: false;
      /** `proxy`: the proxy itself refuses us or the way, and will again. */
      reason: "dns" | "refused" | "reset" | "timeout" | "tls" | "protocol" | "proxy";
      detail: string;
      sent: boolean;
    }>;

export interface NotifyHttp {
  /** One request over a kept connection, no redirects, body cut at 64 KiB; never throws for an expected failure. */
  request(request: NotifyRequest, signal: AbortSignal): Promise<NotifyAnswer>;
}
