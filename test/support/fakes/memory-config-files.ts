import type { ConfigFiles } from "../../../src/core/ports/config-files.ts";
import type { Env } from "../../../src/core/ports/env.ts";

/** Config files in memory: absolute path → text. */
export function memoryConfigFiles(texts: Readonly<Record<string, string>>): ConfigFiles {
  return {
    hasPackage: (name) => name !== "sharp",
    async kindOf(path) {
      if (path in texts) return "file";
      return Object.keys(texts).some((name) => name.startsWith(`${path}/`)) ? "directory" : "missing";
    },
    async list(directory) {
      const prefix = `${directory}/`;
      const names = Object.keys(texts).filter((name) => name.startsWith(prefix));
      return [...new Set(names.map((name) => name.slice(prefix.length).split("/")[0] ?? ""))].sort();
    },
    async read(path, maxBytes) {
      const text = texts[path];
      if (text === undefined) return { ok: false, reason: "missing", detail: "there is no such file" };
      if (Buffer.byteLength(text) > maxBytes) return { ok: false, reason: "too_large", detail: "it is too large" };
      return { ok: true, text };
    },
  };
}

/** An environment that holds exactly these variables. */
export function fixedEnv(variables: Readonly<Record<string, string>> = {}): Env {
  return { get: (name) => variables[name] };
}
