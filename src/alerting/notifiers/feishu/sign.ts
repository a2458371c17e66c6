import { createHmac } from "node:crypto";

/**
 * Signature of a moment in whole seconds: HMAC-SHA256 of nothing under `timestamp\nsecret`, in Base64.
 * @see https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
 */
export function feishuSignature(timestampSeconds: number, secret: string): string {
  return createHmac("sha256", `${timestampSeconds}\n${secret}`).digest("base64");
}
