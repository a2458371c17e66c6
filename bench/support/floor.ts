import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Contender } from "./contender.ts";
import type { Load } from "./load.ts";
import { caPath } from "./probe-cases.ts";

const source = fileURLToPath(new URL("../tls-floor.c", import.meta.url));

/** Compiles the floor in C; undefined where there is no compiler or no headers of OpenSSL. */
export function floorContender(directory: string): Contender | undefined {
  const binary = join(directory, "tls-floor");
  try {
    execFileSync("cc", ["-O2", "-o", binary, source, "-lssl", "-lcrypto"], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  return {
    name: "C and OpenSSL",
    does: ({ name }, mode) => mode === "saturated" && (name === "http" || name === "https"),
    async load({ probeCase, durationMs }) {
      const scheme = probeCase.isTls ? "https" : "http";
      const args = [caPath, String(probeCase.port), probeCase.path, scheme, String(durationMs)];
      const { stdout } = await promisify(execFile)(binary, args);
      return JSON.parse(stdout) as Load;
    },
    async stop() {},
  };
}
