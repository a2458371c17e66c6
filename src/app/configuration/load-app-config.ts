import { type ConfigOutcome, loadConfig } from "../../config/load-config.ts";
import { diskConfigFiles } from "../../platform/config-files.ts";
import { processEnv } from "../../platform/env.ts";
import { probeKinds } from "../../probes/index.ts";
import { crossCheck } from "./app-config.ts";
import { withBlackboxModules } from "./blackbox-modules.ts";
import { sections } from "./sections.ts";

/** Where a config is read from, and for which environment. */
export type ConfigSource = Readonly<{
  directory: string;
  environment: string;
  withoutSecrets?: boolean;
  /** Modules file that the command line names, in place of the config's. */
  blackboxFile?: string;
}>;

/** Reads a config from disk and checks it whole, also what its sections say of each other. */
export async function loadAppConfig(source: ConfigSource): Promise<ConfigOutcome> {
  const outcome = await loadConfig({
    ...source,
    files: diskConfigFiles,
    env: processEnv,
    probes: probeKinds,
    sections,
    crossCheck,
  });
  return withBlackboxModules(outcome, source);
}
