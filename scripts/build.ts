import { chmodSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { rolldown } from "rolldown";
import { staysOutside } from "./joined-packages.ts";

/** What is started as a program or as a thread, and so keeps its name in `dist`. */
const entries = ["src/main.ts", ...globSync("src/app/**/*-{worker,thread}.ts")];

/**
 * Joins src into a few files in dist; tests and the demonstration stay out. Four threads that each load hundreds of modules
 * one by one were a good part of the time to ready. Source maps lie beside the files: `node --enable-source-maps dist/main.js`.
 */
rmSync("dist", { recursive: true, force: true });
const build = await rolldown({
  input: Object.fromEntries(entries.map((path) => [basename(path, ".ts"), path])),
  platform: "node",
  external: staysOutside,
  onLog(level, log) {
    if (level === "warn") throw new Error(log.message);
  },
});
await build.write({
  dir: "dist",
  format: "esm",
  sourcemap: true,
  comments: { legal: true, annotation: false, jsdoc: false },
  // As deep below the package as the sources are, so that `../../assets` means the same; threads stand beside who starts them.
  entryFileNames: ({ name }) => (name === "main" ? "main.js" : "parts/[name].js"),
  chunkFileNames: "parts/[name]-[hash].js",
});
await build.close();
for (const path of globSync("dist/**/*.js")) writeFileSync(path, inAscii(readFileSync(path, "utf8")));
chmodSync("dist/main.js", 0o755);

/** V8 keeps the text of a file with any letter beyond Latin-1 in two bytes a character, all of it and in each thread. */
function inAscii(text: string): string {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
