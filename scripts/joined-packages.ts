/**
 * Packages of nothing but JavaScript that several threads load: joined, each thread has the part that it uses in a few files, without
 * zod's languages or kysely's other databases. All other packages stay outside. One that probes load belongs in here.
 */
export const joinedPackages = [
  "@marcbachmann/cel-js",
  "css-what",
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
] as const;

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
const inside = new RegExp(`^(?:${[...joinedPackages, ...parts].join("|")})(?:/|$)`);
/** Everything that is named like a package or a module of Node. */
const named = /^(?![./]|[A-Za-z]:[\\/])/;

/** Whether the build leaves an import to be found when it runs. */
export function staysOutside(id: string): boolean {
  return named.test(id) && !inside.test(id);
}
