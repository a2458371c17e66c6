import type { Env } from "../core/ports/env.ts";

/** The process environment. */
export const processEnv: Env = { get: (name) => process.env[name] };
