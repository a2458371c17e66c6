import type { ResourceLimits } from "node:worker_threads";

/**
 * Memory of a long-lived thread: a young generation of this size is collected often and cheaply, where the default grows to many times
 * that before anything is given back.
 */
export const threadMemory: ResourceLimits = { maxYoungGenerationSizeMb: 12 };
