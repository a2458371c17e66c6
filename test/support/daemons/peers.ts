import { accessSync, appendFileSync, constants, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { TestContext } from "vitest";

/** Monitoring plugins lie beside the usual places. */
const furtherPlaces = ["/usr/lib/nagios/plugins"];

const record = ".cache/missing-peers.txt";

/**
 * Returns the path of a peer's binary. Without it the test is skipped and the reason kept in `.cache/missing-peers.txt`;
 * with `REQUIRE_PEERS=1` it fails.
 * @throws {Error} when peers are required and this one is missing.
 */
export function peer(context: TestContext, binary: string, debianPackage: string): string {
  const found = [...(process.env["PATH"] ?? "").split(delimiter), ...furtherPlaces].map((directory) =>
    join(directory, binary),
  );
  const path = found.find(isExecutable);
  if (path !== undefined) return path;
  const reason = `not run: install ${debianPackage}`;
  if (process.env["REQUIRE_PEERS"] === "1") throw new Error(`${binary} is not in PATH: install ${debianPackage}`);
  mkdirSync(".cache", { recursive: true });
  appendFileSync(record, `${context.task.name}: ${reason}\n`);
  return context.skip(reason);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
