import type { HttpResponse } from "../../core/ports/http-probing.ts";
import type { DecodingSession } from "../../core/ports/image-decoding.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { type ImageFormat, imageFacts } from "./header/image-facts.ts";
import type { Judgement } from "./outcome.ts";

/** Images of more pixels are judged by their header alone: unpacked they would take hundreds of megabytes. */
export const mostDecodedPixels = 50_000_000;
const decoded: ReadonlySet<ImageFormat> = new Set(["png", "jpeg", "gif", "webp", "avif"]);

/** Judges an image that looks well by every pixel of it; of an animation by its first picture. */
export async function judgeWhole(
  before: Judgement,
  response: HttpResponse | undefined,
  decoder: DecodingSession | undefined,
): Promise<Judgement> {
  const looksWell = before.state === "good" || before.state === "flawed";
  if (decoder === undefined || response === undefined || !looksWell) return before;
  const facts = imageFacts(response.body, true);
  if (facts === undefined || !decoded.has(facts.format)) return before;
  if ((facts.width ?? 0) * (facts.height ?? 0) > mostDecodedPixels) return before;
  const outcome = await decoder.decode(response.body);
  switch (outcome.kind) {
    case "whole":
      return before;
    case "broken": {
      const detail = `its header is good and its data is not: ${escapeControls(outcome.problem).slice(0, 200)}`;
      return { state: "failed", reason: "image_broken", detail };
    }
    case "unable":
      return { state: "unknown", reason: outcome.because, detail: `it was not decoded: ${outcome.detail}` };
    case "closed":
      return { state: "skipped", detail: "it was not decoded before the deadline" };
  }
}
