import { buildWhenStale } from "./fresh-build.ts";

/** The command line in a checkout: builds what is stale, then runs what is shipped with the same arguments. */
buildWhenStale();
// A string of its own: the file does not exist before the build, nor for the compiler.
const main = new URL("../dist/main.js", import.meta.url).href;
await import(main);
