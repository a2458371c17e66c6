import type { NotifyAnswer, NotifyHttp } from "../../core/ports/notify-http.ts";
import { Secret } from "../../core/secret.ts";
import { endpointOf } from "./endpoint.ts";

/** Who asks, and how to get there. */
export type TwilioAccess = Readonly<{
  account_sid: string;
  key?: string | undefined;
  secret: Secret;
  phone?: Secret | undefined;
  base_url: string;
  proxy?: Secret | undefined;
}>;

/** Creates a message or a call; its fields go as a form, as Twilio wants it. @see https://www.twilio.com/docs/usage/requests-to-twilio */
export function createAtTwilio(
  http: NotifyHttp,
  { account_sid: account, key, secret, base_url: baseUrl, proxy }: TwilioAccess,
  { resource, fields }: Readonly<{ resource: "Messages" | "Calls"; fields: Readonly<Record<string, string>> }>,
  signal: AbortSignal,
): Promise<NotifyAnswer> {
  const credentials = Buffer.from(`${key ?? account}:${secret.reveal()}`, "utf8").toString("base64");
  const headers = {
    "User-Agent": "Watchfire",
    "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    Authorization: `Basic ${credentials}`,
  };
  const url = `${baseUrl}/2010-04-01/Accounts/${account}/${resource}.json`;
  const body = new URLSearchParams(fields).toString();
  const via = proxy === undefined ? {} : { proxy: proxy.reveal() };
  return http.request({ url, method: "POST", headers, body, ...via }, signal);
}

/** The account, sender and number: one entry is one way to one number, or to people by theirs. */
export function twilioEndpoint({ base_url: baseUrl, account_sid: account, phone }: TwilioAccess, from: string): string {
  return endpointOf(new Secret(`${baseUrl}/${account}/${from}/${phone?.reveal() ?? ""}`));
}
