import { generalSchema } from "../../config/general-schema.ts";
import { loadSections, type SectionsOutcome } from "../../config/load-sections.ts";
import { processEnv } from "../../platform/env.ts";
import { diskConfigFiles } from "../../platform/files/config-files.ts";
import type { ConfigSource } from "./config-source.ts";
import { sections } from "./sections.ts";

const placing = {
  server: sections.server,
  storage: sections.storage,
  time_zone: generalSchema.shape.time_zone.catch("UTC"),
};

/**
 * Finds in a config where its daemon listens and keeps its token; needs no secrets, and the rest of the config may be wrong. What is
 * `needed` has to be at hand where it is a variable.
 */
export function loadDaemonPlace(
  { directory, environment }: ConfigSource,
  needed: readonly string[] = ["server.listeners", "storage.path"],
): Promise<SectionsOutcome<typeof placing>> {
  return loadSections({
    directory,
    environment,
    files: diskConfigFiles,
    env: processEnv,
    sections: placing,
    needed,
  });
}
