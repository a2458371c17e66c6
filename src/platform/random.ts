import { randomUUID } from "node:crypto";
import type { IdSource, Random } from "../core/ports/random.ts";

/** The runtime's generator. */
export const systemRandom: Random = { next: () => Math.random() };

/** UUIDv4 ids. */
export const uuidSource: IdSource = { next: () => randomUUID() };
