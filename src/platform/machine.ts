import { availableParallelism } from "node:os";

/** Processors that this process may use. */
export function processorCount(): number {
  return availableParallelism();
}

/** Version of the runtime, without the leading v. */
export function nodeVersion(): string {
  return process.versions.node;
}
