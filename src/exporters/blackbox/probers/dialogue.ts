import type { Json } from "../../../core/json.ts";
import type { GoRecord } from "../decode-go.ts";
import { listOf, textOf } from "./client-options.ts";
import type { TranslationScene } from "./prober.ts";

type Step = Record<string, Json>;

/** `query_response` as the steps of a dialogue; what is not plain text (`!!binary`) goes as bytes. */
export function dialogueOf(section: GoRecord, scene: TranslationScene): readonly Json[] {
  const entries = listOf<GoRecord>(section, "query_response");
  const times = entries.filter((entry) => entry["starttls"] === true).length + (section["tls"] === true ? 1 : 0);
  if (times > 1) scene.fault("TLS begins once: with tls: true, or after one entry with starttls");
  return entries.map((entry) => {
    const [expect, bytes, send] = [textOf(entry, "expect"), textOf(entry, "expect_bytes"), textOf(entry, "send")];
    if (expect !== "" && bytes !== "") scene.fault("expect and expect_bytes are mutually exclusive");
    const step: Step = {};
    if (expect !== "") step["expect"] = expect;
    if (bytes !== "") step[isPlain(bytes) ? "expect_bytes" : "expect_hex"] = isPlain(bytes) ? bytes : hexOf(bytes);
    if (send !== "") step[isPlain(send) ? "send" : "send_hex"] = isPlain(send) ? send : hexOf(`${send}\n`);
    if (entry["starttls"] === true) step["starttls"] = true;
    const labels = listOf<GoRecord>(entry, "labels");
    if (labels.length > 0) {
      step["labels"] = Object.fromEntries(labels.map((label) => [textOf(label, "name"), textOf(label, "value")]));
    }
    return step;
  });
}

function isPlain(text: string): boolean {
  return /^[\t\r\n\x20-\x7e]*$/.test(text) || /[\u0100-\uffff]/.test(text);
}

function hexOf(latin1: string): string {
  return Buffer.from(latin1, "latin1").toString("hex");
}
