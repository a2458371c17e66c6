const ioModules =
  "^(?:node:)?(?:net|tls|dns|dns/promises|dgram|http|http2|https|fs|fs/promises|child_process|os|process|timers|timers/promises|perf_hooks|v8)$";
const pureModules = "^(?:node:)?(?:crypto|zlib|buffer|util|url|path|string_decoder|stream)$";
const features = ["config", "scheduler", "probes", "alerting"];
const adapters = ["platform", "storage", "cluster", "api", "exporters"];
const tests = "\\.test\\.ts$";

const featureIslands = features.map((feature) => ({
  name: `${feature}-imports-no-feature`,
  comment: "Features know core only, never each other, never adapters.",
  severity: "error",
  from: { path: `^src/${feature}/`, pathNot: tests },
  to: { path: `^src/(?!core/|${feature}/)` },
}));

const adapterIslands = adapters.map((adapter) => ({
  name: `${adapter}-imports-no-adapter`,
  comment: "Adapters know core and features; app alone puts them together.",
  severity: "error",
  from: { path: `^src/${adapter}/`, pathNot: tests },
  to: { path: `^src/(?:app|cli|main|${adapters.filter((other) => other !== adapter).join("|")})(?:/|\\.ts)` },
}));

export default {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "core-stands-alone",
      severity: "error",
      from: { path: "^src/core/", pathNot: tests },
      to: { path: "^src/(?!core/)" },
    },
    {
      name: "core-does-no-io",
      comment: "Types of sockets may be named in ports; nothing of them runs in core. Buffer is bytes, no I/O.",
      severity: "error",
      from: { path: "^src/core/", pathNot: tests },
      to: { dependencyTypes: ["core"], dependencyTypesNot: ["type-only"], pathNot: "^(?:node:)?(?:net|buffer)$" },
    },
    ...featureIslands,
    ...adapterIslands,
    {
      name: "units-are-islands",
      comment: "Shared protocol code goes to core when pure and to platform when it does I/O.",
      severity: "error",
      from: { path: "^src/(probes|alerting/notifiers|alerting/rules)/([^/]+)/", pathNot: tests },
      to: { path: "^src/$1/([^/]+)/", pathNot: "^src/$1/$2/" },
    },
    {
      name: "io-only-in-platform",
      severity: "error",
      from: { path: "^src/", pathNot: `^src/(?:platform|core/ports)/|${tests}` },
      to: { dependencyTypes: ["core"], path: ioModules, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "threads-only-in-app",
      severity: "error",
      from: { path: "^src/", pathNot: `^src/app/|${tests}` },
      to: { path: "^(?:node:)?worker_threads$" },
    },
    {
      name: "undici-only-in-platform",
      severity: "error",
      from: { path: "^src/", pathNot: `^src/platform/|${tests}` },
      to: { path: "node_modules/undici/" },
    },
    {
      name: "databases-only-where-they-are-read",
      severity: "error",
      from: { path: "^src/", pathNot: `^src/(?:storage|platform/databases)/|${tests}` },
      to: { path: "node_modules/(?:better-sqlite3|kysely|pg|mysql2)/" },
    },
    {
      name: "fastify-only-in-api",
      severity: "error",
      from: { path: "^src/", pathNot: `^src/api/|${tests}` },
      to: { path: "node_modules/(?:fastify|@fastify)/" },
    },
    {
      name: "slack-only-in-its-unit",
      severity: "error",
      from: { path: "^src/", pathNot: `^src/alerting/notifiers/slack/|${tests}` },
      to: { path: "node_modules/@slack/" },
    },
    {
      name: "src-knows-no-test",
      severity: "error",
      from: { path: "^src/", pathNot: tests },
      to: { path: "^(?:test|demo|bench|scripts)/" },
    },
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, path: "^src/", pathNot: `(?:^src/main\\.ts|-thread\\.ts|-worker\\.ts|${tests})` },
      to: {},
    },
    {
      name: "pure-modules-listed",
      severity: "error",
      from: { path: "^src/", pathNot: `^src/(?:platform|app|core/ports)/|${tests}` },
      to: { dependencyTypes: ["core"], pathNot: `${pureModules}|${ioModules}|worker_threads|^(?:node:)?module$` },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node", "default"] },
  },
};
