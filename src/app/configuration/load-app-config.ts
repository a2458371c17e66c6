import { rulePacks } from "../../alerting/packs/index.ts";
import { type ConfigOutcome, loadConfig } from "../../config/load-config.ts";
import { processEnv } from "../../platform/env.ts";
import { diskConfigFiles } from "../../platform/files/config-files.ts";
import { probeKinds } from "../../probes/index.ts";
import { crossCheck } from "./app-config.ts";
import { withBlackboxModules } from "./blackbox-modules.ts";
import type { ConfigSource } from "./config-source.ts";
import { sections } from "./sections.ts";

/** Reads a config from disk and checks it whole, also what its sections say of each other. */
export async function loadAppConfig(source: ConfigSource): Promise<ConfigOutcome> {
  const outcome = await loadConfig({
    ...source,
    files: diskConfigFiles,
    env: processEnv,
    probes: probeKinds,
    sections,
    packs: rulePacks,
    crossCheck,
  });
  const whole = await withBlackboxModules(outcome, source);
  if (whole.ok) return whole;
  // Secrets of a config that is refused go no further.
  const { reason, issues, warnings } = whole;
  return { ok: false, reason, issues, warnings };
}
