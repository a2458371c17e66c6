import { z } from "zod";

/** The three questions Watchfire asks: is the business working, do applications answer, are machines healthy. */
export const tiers = ["business", "application", "os"] as const;
export type Tier = (typeof tiers)[number];
export const tierSchema = z.enum(tiers);
