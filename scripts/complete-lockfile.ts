import { readFileSync, writeFileSync } from "node:fs";
import { missingOptionals } from "./lockfile.ts";

const path = "package-lock.json";

/**
 * Writes the entries of optional packages for other platforms that a registry mirror does not hold. `npm ci` refuses a lockfile
 * without them, everywhere; with them it passes over what is not for its own platform. Run it after `npm install`.
 */
const lockfile = JSON.parse(readFileSync(path, "utf8"));
const missing = missingOptionals(lockfile);
for (const { name, entry } of missing) lockfile.packages[`node_modules/${name}`] = entry;
const sorted = Object.entries(lockfile.packages).sort(([a], [b]) => (a < b ? -1 : 1));
lockfile.packages = Object.fromEntries(sorted);
writeFileSync(path, `${JSON.stringify(lockfile, null, 2)}\n`);
console.log(missing.length === 0 ? "nothing was missing" : `added: ${missing.map(({ name }) => name).join(", ")}`);
