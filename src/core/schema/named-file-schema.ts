import { z } from "zod";

/** Path of a file that is read while the daemon runs; the config is warned of where it cannot be read, when it loads. */
export const namedFileSchema: z.ZodString = z.string().min(1).meta({ "x-reads-file": true });
