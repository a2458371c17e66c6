import type { Accepted, DeliveryOutcome, Fate, SendIo } from "../../core/alerting/notifier.ts";
import { Secret } from "../../core/secrets/secret.ts";
import type { Dress } from "./code-outcome.ts";
import { endpointOf } from "./endpoint.ts";
import { internationalPhone, noPhone, phoneFor, sentTo } from "./phone.ts";
import { fateAtTwilio } from "./twilio-fate.ts";
import { classifyTwilio } from "./twilio-outcome.ts";

/** Who asks, and how to get there. */
export type TwilioAccess = Readonly<{
  account_sid: string;
  key?: string | undefined;
  secret: Secret;
  phone?: Secret | undefined;
  base_url: string;
  proxy?: Secret | undefined;
}>;

/** What is created: a message or a call. */
export type TwilioResource = "Messages" | "Calls";

type Wish = Readonly<{ resource: TwilioResource; fields: Readonly<Record<string, string>>; dress: Dress }>;

/** Creates a message to or a call of the number that it is for; its fields go as a form, as Twilio wants it. @see https://www.twilio.com/docs/usage/requests-to-twilio */
export async function sendByTwilio(
  { resource, fields, dress }: Wish,
  access: TwilioAccess,
  io: SendIo,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const phone = phoneFor(io, access.phone);
  if (phone === undefined) return noPhone(io);
  const body = new URLSearchParams({ ...fields, To: internationalPhone(phone) }).toString();
  const type = { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" };
  const request = { ...requestTo(access, resource), method: "POST", body } as const;
  const answer = await io.http.request({ ...request, headers: { ...request.headers, ...type } }, signal);
  return sentTo(phone, classifyTwilio(answer, dress, io.now()));
}

/** Reads what became of a message or a call. @see https://www.twilio.com/docs/voice/api/call-resource @see https://www.twilio.com/docs/messaging/api/message-resource */
export async function fateByTwilio(
  resource: TwilioResource,
  { externalId }: Accepted,
  access: TwilioAccess,
  { io, signal }: Readonly<{ io: SendIo; signal: AbortSignal }>,
): Promise<Fate> {
  const request = requestTo(access, `${resource}/${encodeURIComponent(externalId)}`);
  return fateAtTwilio(await io.http.request({ ...request, method: "GET" }, signal), io.now());
}

function requestTo({ account_sid: account, key, secret, base_url: baseUrl, proxy }: TwilioAccess, path: string) {
  const credentials = Buffer.from(`${key ?? account}:${secret.reveal()}`, "utf8").toString("base64");
  return {
    url: `${baseUrl}/2010-04-01/Accounts/${account}/${path}.json`,
    headers: { "User-Agent": "Watchfire", Authorization: `Basic ${credentials}` },
    ...(proxy === undefined ? {} : { proxy: proxy.reveal() }),
  };
}

/** The service, account, sender and number: one entry is one way to one number, or to people by theirs. What keeps calls from a number is no reason to send no texts from it. */
export function twilioEndpoint(
  { base_url: baseUrl, account_sid: account, phone }: TwilioAccess,
  service: "Messages" | "Calls",
  from: string,
): string {
  return endpointOf(new Secret(`${baseUrl}/${account}/${service}/${from}/${phone?.reveal() ?? ""}`));
}
