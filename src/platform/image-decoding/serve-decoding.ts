import type { SharpConstructor } from "sharp";
import { messageOf } from "../../core/errors.ts";
import type { Decoded } from "../../core/ports/image-decoding.ts";
import type { DecodeJob } from "./decoding-processes.ts";

const install = "npm install sharp";

/** Serves one session to the parent process, and ends with it. */
export function serveDecoding(): void {
  process.once("disconnect", () => process.exit());
  process.on("message", (job: DecodeJob) => void decode(job).then((decoded) => process.send?.(decoded)));
}

async function decode({ bytes, mostPixels }: DecodeJob): Promise<Decoded> {
  const sharp = await loadSharp();
  if ("kind" in sharp) return sharp;
  try {
    const pipeline = sharp.load(bytes, { failOn: "warning", limitInputPixels: mostPixels, sequentialRead: true });
    // Statistics need every pixel, and keep none.
    await pipeline.stats();
    return { kind: "whole" };
  } catch (error) {
    return { kind: "broken", problem: messageOf(error).split("\n")[0]?.slice(0, 300) ?? "" };
  }
}

type Loaded = Readonly<{ load: SharpConstructor }> | Extract<Decoded, { kind: "unable" }>;
let loading: Promise<Loaded> | undefined;

function loadSharp(): Promise<Loaded> {
  loading ??= import("sharp").then(
    ({ default: load }): Loaded => {
      load.cache(false);
      load.concurrency(1);
      return { load };
    },
    (error: unknown): Loaded => ({
      kind: "unable",
      because: "driver_missing",
      detail: `${install} (${firstLine(error)})`,
    }),
  );
  return loading;
}

function firstLine(error: unknown): string {
  return messageOf(error).split("\n")[0] ?? "";
}
