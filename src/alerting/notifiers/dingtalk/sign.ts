import { createHmac } from "node:crypto";
import type { EpochMs } from "../../../core/time/time.ts";
import { robotKey } from "../robot-pool.ts";
import type { DingtalkOptions } from "./options.ts";

/** Signature of a moment: HMAC-SHA256 of `timestamp\nsecret` under the secret, in Base64. @see https://open.dingtalk.com/document/robots/customize-robot-security-settings */
export function dingtalkSignature(timestampMs: EpochMs, secret: string): string {
  return createHmac("sha256", secret).update(`${timestampMs}\n${secret}`).digest("base64");
}

/** Address of the robot without a signature. */
export function robotUrl({ base_url: baseUrl, token }: DingtalkOptions): string {
  return `${baseUrl}/robot/send?access_token=${encodeURIComponent(robotKey(token).reveal())}`;
}

/** Address for one attempt, signed for its moment where the robot has a secret. */
export function signedUrl(options: DingtalkOptions, timestampMs: EpochMs): string {
  const { secret } = options;
  if (secret === undefined) return robotUrl(options);
  const sign = encodeURIComponent(dingtalkSignature(timestampMs, secret.reveal()));
  return `${robotUrl(options)}&timestamp=${timestampMs}&sign=${sign}`;
}
