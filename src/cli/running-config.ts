import { z } from "zod";
import type { LoadedConfig } from "../config/loaded-config.ts";
import { diffConfigs } from "../config/shown/diff-configs.ts";
import { keyedShown } from "../config/shown/shown-config.ts";
import { askDaemon, type DaemonAccess } from "../platform/channels/daemon-client.ts";

const runningSchema = z.object({ shown: z.object({ view: z.json(), digests: z.record(z.string(), z.string()) }) });

/** Lines that say what a reload of the files would change in the running daemon. @throws {AppError} when it cannot be asked. */
export async function diffWithRunning(access: DaemonAccess, files: LoadedConfig): Promise<readonly string[]> {
  const { shown } = runningSchema.parse(await askDaemon(access, "/api/v1/config/running"));
  return diffConfigs({ shown }, { shown: keyedShown(files.shown, access.token) });
}
