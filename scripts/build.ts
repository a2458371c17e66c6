import { execFileSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";

/** Compiles src into dist; tests and the demonstration stay out. */
rmSync("dist", { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript-native/bin/tsc", "-p", "tsconfig.build.json"], {
  stdio: "inherit",
});
chmodSync("dist/main.js", 0o755);
