import { z } from "zod";
import type { Json } from "../../core/json.ts";

const memorySchema = z.object({
  expiresMs: z.number().optional(),
  /** When a registry last answered. */
  seenAtMs: z.number(),
  source: z.enum(["rdap", "whois"]),
  registrar: z.string().max(200).optional(),
  nameServers: z.array(z.string().max(260)).max(24),
});

/** What the last good look-up told. */
export type Memory = Readonly<{
  expiresMs?: number;
  seenAtMs: number;
  source: "rdap" | "whois";
  registrar?: string;
  nameServers: readonly string[];
}>;

/** The memory of the last run; undefined when there is none, or it is not ours. */
export function memoryOf(json: Json | undefined): Memory | undefined {
  const parsed = memorySchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { expiresMs, registrar, ...rest } = parsed.data;
  return { ...rest, ...(expiresMs !== undefined && { expiresMs }), ...(registrar !== undefined && { registrar }) };
}
