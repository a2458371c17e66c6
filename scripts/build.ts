import { chmodSync, globSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { rolldown } from "rolldown";

/** What is started as a program or as a thread, and so keeps its name in `dist`. */
const entries = ["src/main.ts", ...globSync("src/app/**/*-{worker,thread}.ts")];

/**
 * Joins src into a few files in dist; packages, tests and the demonstration stay out. Four threads that each load hundreds of modules
 * one by one were a good part of the time to ready. Source maps lie beside the files: `node --enable-source-maps dist/main.js`.
 */
rmSync("dist", { recursive: true, force: true });
const build = await rolldown({
  input: Object.fromEntries(entries.map((path) => [basename(path, ".ts"), path])),
  platform: "node",
  // Everything that is named like a package or a module of Node.
  external: /^(?![./]|[A-Za-z]:[\\/])/,
  onLog(level, log) {
    if (level === "warn") throw new Error(log.message);
  },
});
await build.write({
  dir: "dist",
  format: "esm",
  sourcemap: true,
  // As deep below the package as the sources are, so that `../../assets` means the same; threads stand beside who starts them.
  entryFileNames: ({ name }) => (name === "main" ? "main.js" : "parts/[name].js"),
  chunkFileNames: "parts/[name]-[hash].js",
});
await build.close();
chmodSync("dist/main.js", 0o755);
