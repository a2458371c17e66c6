import { chmodSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { rolldown } from "rolldown";

/** What is started as a program or as a thread, and so keeps its name in `dist`. */
const entries = ["src/main.ts", ...globSync("src/app/**/*-{worker,thread}.ts")];

/**
 * Packages of nothing but JavaScript that several threads load: joined, each thread has the part that it uses in a few files, without
 * zod's languages or kysely's other databases. All other packages stay outside.
 */
const joined = [
  "dns-packet",
  "htmlparser2",
  "kysely",
  "node-cron",
  "re2js",
  "temporal-polyfill",
  "tldts",
  "undici",
  "yaml",
  "zod",
];
/** What those are made of. */
const parts = [
  "@leichtgewicht/ip-codec",
  "dom-serializer",
  "domelementtype",
  "domhandler",
  "domutils",
  "entities",
  "temporal-utils",
];
const inside = new RegExp(`^(?:${[...joined, ...parts].join("|")})(?:/|$)`);
/** Everything that is named like a package or a module of Node. */
const named = /^(?![./]|[A-Za-z]:[\\/])/;

/**
 * Joins src into a few files in dist; tests and the demonstration stay out. Four threads that each load hundreds of modules
 * one by one were a good part of the time to ready. Source maps lie beside the files: `node --enable-source-maps dist/main.js`.
 */
rmSync("dist", { recursive: true, force: true });
const build = await rolldown({
  input: Object.fromEntries(entries.map((path) => [basename(path, ".ts"), path])),
  platform: "node",
  external: (id) => named.test(id) && !inside.test(id),
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
