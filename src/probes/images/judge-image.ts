import type { Reason } from "../../core/checks/reasons.ts";
import { foreignContent } from "./foreign-content.ts";
import { formatSize } from "./format-size.ts";
import { type ImageFacts, type ImageFormat, imageFacts } from "./header/image-facts.ts";
import { hasScript } from "./header/svg.ts";
import type { ImagesOptions } from "./options.ts";
import type { Judgement } from "./outcome.ts";

/** The body of an answer and the type that its header says, in lower case and without parameters. */
export type Content = Readonly<{ body: Uint8Array; cut: boolean; type: string }>;

export type ImageLimits = Pick<ImagesOptions, "min_bytes" | "max_bytes" | "max_pixels">;

const failed = (reason: Reason, detail: string): Judgement => ({ state: "failed", reason, detail });

/** Judges an image by its first and last bytes; its pixels are never unpacked. */
export function judgeImage(content: Content, limits: ImageLimits): Judgement {
  const { body, cut, type } = content;
  if (body.length === 0) return failed("image_broken", "the image is empty");
  const facts = imageFacts(body, !cut);
  if (facts === undefined)
    return failed("content_mismatch", `this is no image but ${foreignContent(body)}${typed(type)}`);
  if (facts.format === "svg" && hasScript(body)) {
    return failed("content_mismatch", "the SVG carries a script, which runs when somebody opens it");
  }
  if (cut) return failed("body_too_large", `the image is larger than ${formatSize(limits.max_bytes)}`);
  if (facts.problem !== undefined) return failed("image_broken", facts.problem);
  return judgeSize(facts, body.length, limits) ?? judgeType(facts.format, type);
}

function judgeSize(facts: ImageFacts, sizeBytes: number, limits: ImageLimits): Judgement | undefined {
  const { width = 0, height = 0 } = facts;
  if (width * height > limits.max_pixels) {
    return failed("threshold", `${width} × ${height} pixels, expected at most ${limits.max_pixels} in all`);
  }
  if (limits.min_bytes === undefined || sizeBytes >= limits.min_bytes) return undefined;
  return failed("too_small", `${sizeBytes} bytes, expected at least ${formatSize(limits.min_bytes)}`);
}

const types: Readonly<Record<ImageFormat, readonly string[]>> = {
  png: ["image/png", "image/apng", "image/x-png"],
  jpeg: ["image/jpeg", "image/jpg", "image/pjpeg"],
  gif: ["image/gif"],
  webp: ["image/webp"],
  avif: ["image/avif", "image/avif-sequence"],
  heif: ["image/heif", "image/heic", "image/heif-sequence", "image/heic-sequence"],
  bmp: ["image/bmp", "image/x-ms-bmp", "image/x-bmp"],
  ico: ["image/x-icon", "image/vnd.microsoft.icon", "image/ico", "image/icon"],
  svg: ["image/svg+xml"],
};

/**
 * Browsers tell images by their bytes, so a wrong type is a flaw; but whether something is an SVG they take from the type
 * alone. @see https://mimesniff.spec.whatwg.org/#sniffing-in-an-image-context
 */
function judgeType(format: ImageFormat, type: string): Judgement {
  if (type === "" && format !== "svg") return { state: "good" };
  if (types[format].includes(type)) return { state: "good" };
  const detail = `the type says ${shownType(type)}, and the bytes are ${format.toUpperCase()}`;
  if (format === "svg" || types.svg.includes(type)) {
    return failed("image_type", `${detail}; browsers do not show it`);
  }
  return { state: "flawed", reason: "image_type", detail };
}

function typed(type: string): string {
  return type === "" ? "" : `, and its type says ${shownType(type)}`;
}

function shownType(type: string): string {
  return type === "" ? "nothing" : type.replace(/[^\w.+/-]/g, "?").slice(0, 60);
}
