import type { Reason } from "../../core/checks/reasons.ts";
import { foreignContent, isHtml } from "./foreign-content.ts";
import { formatSize } from "./format-size.ts";
import { latin } from "./header/bytes.ts";
import { type Content, type ImageLimits, judgeImage } from "./judge-image.ts";
import type { Judgement } from "./outcome.ts";
import type { ResourceKind } from "./page/reference.ts";

const failed = (reason: Reason, detail: string): Judgement => ({ state: "failed", reason, detail });

const fontMarks: ReadonlySet<string> = new Set(["wOFF", "wOF2", "OTTO", "true", "ttcf", "\0\u0001\0\0"]);
const scriptTypes =
  /^(?:(?:text|application)\/(?:x-)?(?:java|ecma|j|live)script[\d.]*|application\/(?:json|wasm)|.*\+json)$/;
const mediaTypes = /^(?:audio|video)\/|^application\/(?:vnd\.apple\.mpegurl|x-mpegurl|dash\+xml|mp4|ogg|octet-stream)$/;

/** Judges what came for a reference by what it should be. */
export function judgeContent(kind: ResourceKind, content: Content, limits: ImageLimits): Judgement {
  if (kind === "image") return judgeImage(content, limits);
  const { body, cut, type } = content;
  if (isHtml(body)) return failed("content_mismatch", `this is no ${kind} but ${foreignContent(body)}`);
  // Of audio and video only the beginning was asked for, and style sheets are read as far as pages are.
  const hasLimit = kind !== "media" && kind !== "stylesheet";
  if (cut && hasLimit) return failed("body_too_large", `it is larger than ${formatSize(limits.max_bytes)}`);
  const isRight = rightness[kind](content);
  if (isRight) return { state: "good" };
  const says = type === "" ? "no type" : `the type ${type.replace(/[^\w.+/-]/g, "?").slice(0, 60)}`;
  // Browsers refuse style sheets by their type and fonts by their bytes; for the others a wrong type is a mere flaw.
  const state = kind === "stylesheet" || kind === "font" ? "failed" : "flawed";
  return { state, reason: "content_mismatch", detail: `this is no ${kind}: ${foreignContent(body)} with ${says}` };
}

const rightness: Readonly<Record<Exclude<ResourceKind, "image">, (content: Content) => boolean>> = {
  script: ({ type }) => type === "" || scriptTypes.test(type),
  stylesheet: ({ type }) => type === "" || type === "text/css",
  font: ({ body }) => fontMarks.has(latin(body, 0, 4)),
  media: ({ type }) => type === "" || mediaTypes.test(type),
};
