import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { ConfigOutcome } from "../../config/load-config.ts";
import type { LoadedConfig } from "../../config/loaded-config.ts";
import { issueOf } from "../../config/source/issue.ts";
import { loadModules } from "../../exporters/blackbox/load-modules.ts";
import type { ModulesOutcome } from "../../exporters/blackbox/modules.ts";
import { diskConfigFiles } from "../../platform/files/config-files.ts";
import { probeKinds } from "../../probes/index.ts";
import { type ConfigSource, directoryOfSource } from "./config-source.ts";
import { sections } from "./sections.ts";

const mostBytes = 4 * 1024 ** 2;

/** Reads the modules file that the config or the command line names, and adds what it holds; its faults are told along with those of the config. */
export async function withBlackboxModules(outcome: ConfigOutcome, source: ConfigSource): Promise<ConfigOutcome> {
  const path = await modulesPath(outcome.ok ? outcome.config.sections : outcome.sections, source);
  if (path === undefined) return outcome;
  const file = await diskConfigFiles.read(path, mostBytes);
  const read: ModulesOutcome = file.ok
    ? await readModules(file.text, source)
    : { ok: false, error: `error reading config file: ${file.detail}` };
  if (!read.ok) {
    const faults = read.error.split("\n").map((line) => issueOf(path, line.trim(), "blackbox"));
    const { warnings } = outcome;
    return { ok: false, reason: "invalid", warnings, issues: outcome.ok ? faults : [...outcome.issues, ...faults] };
  }
  if (!outcome.ok) return outcome;
  const { config } = outcome;
  const blackbox = read.modules;
  const fingerprint = createHash("sha256").update(config.fingerprint).update(JSON.stringify(blackbox)).digest("hex");
  const attachments = { ...config.attachments, blackbox };
  // What is read here was named on purpose, whatever its ending.
  const warnings = outcome.warnings.filter(({ file: named }) => resolve(named) !== path);
  return { ...outcome, warnings, config: { ...config, attachments, fingerprint, paths: [...config.paths, path] } };
}

async function modulesPath(written: LoadedConfig["sections"] | undefined, source: ConfigSource) {
  if (written === undefined) return undefined;
  if (source.blackboxFile !== undefined) return resolve(source.blackboxFile);
  const section = sections.blackbox.safeParse(written["blackbox"]);
  if (section.data === undefined) return undefined;
  return resolve(await directoryOfSource(source), section.data.modules_file);
}

/** Twice, since reading waits and translating does not: the first time only tells which files the modules name. */
async function readModules(text: string, source: ConfigSource): Promise<ModulesOutcome> {
  const wanted = new Set<string>();
  const placeholder = "placeholder";
  const first = loadModules({
    text,
    kinds: probeKinds,
    fileText(path) {
      wanted.add(path);
      return placeholder;
    },
  });
  if (wanted.size === 0 || source.withoutSecrets === true) return first;
  const texts = new Map<string, Awaited<ReturnType<typeof diskConfigFiles.read>>>();
  for (const path of wanted) texts.set(path, await diskConfigFiles.read(path, mostBytes));
  return loadModules({
    text,
    kinds: probeKinds,
    fileText(path) {
      const read = texts.get(path);
      if (read?.ok === true) return read.text;
      throw new Error(read?.detail ?? "it was not read");
    },
  });
}
