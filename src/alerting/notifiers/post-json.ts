import type { Json } from "../../core/json.ts";
import type { NotifyAnswer, NotifyHttp } from "../../core/ports/notify-http.ts";
import type { Secret } from "../../core/secrets/secret.ts";

/** Where a message goes: the address is made per attempt, since it may carry a signature. */
export type PostTarget = Readonly<{
  url: string;
  proxy?: Secret | undefined;
  /** `POST` where absent. */
  method?: "POST" | "PATCH";
  /** The header `Authorization`, where the endpoint wants one. */
  authorization?: string;
}>;

/** Posts a payload as JSON in UTF-8. */
export function postJson(
  http: NotifyHttp,
  { url, proxy, authorization, method = "POST" }: PostTarget,
  payload: Json,
  signal: AbortSignal,
): Promise<NotifyAnswer> {
  const headers = {
    "User-Agent": "Watchfire",
    "Content-Type": "application/json; charset=utf-8",
    ...(authorization === undefined ? {} : { Authorization: authorization }),
  };
  const via = proxy === undefined ? {} : { proxy: proxy.reveal() };
  return http.request({ url, method, headers, body: JSON.stringify(payload), ...via }, signal);
}

/** Size of a payload as it goes over the wire, in bytes of UTF-8. */
export function jsonBytes(payload: Json): number {
  return Buffer.byteLength(JSON.stringify(payload));
}
