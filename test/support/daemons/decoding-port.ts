import { DecodingProcesses } from "../../../src/platform/image-decoding/decoding-processes.ts";

/** Decoders in processes of built code, as the daemon starts them. */
export const builtDecoding = new DecodingProcesses(new URL("../../../dist/parts/decoding-worker.js", import.meta.url));
