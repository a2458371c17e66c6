import type { ConfigSource } from "../app/configuration/config-source.ts";
import { canOpen } from "../app/configuration/lint-config.ts";
import { loadAppConfig } from "../app/configuration/load-app-config.ts";
import type { LoadedConfig } from "../config/loaded-config.ts";
import { type ConfigIssue, renderIssue } from "../config/source/issue.ts";
import { AppError } from "../core/errors.ts";
import type { Terminal } from "../platform/terminal.ts";
import { type Option, type OptionValues, switchOption, textOption } from "./command.ts";

const defaultEnvironment = "production";

/** Options of every command that reads the config. */
export const configOptions = {
  config: { type: "string", placeholder: "PATH", describe: "Directory of the config, or one file (default: config)." },
  env: {
    type: "string",
    placeholder: "NAME",
    describe: `Environment whose overlay applies (default: ${defaultEnvironment}).`,
  },
} satisfies Record<string, Option>;

/** The switch for machines without the secrets. */
export const withoutSecretsOption = {
  "without-secrets": { type: "boolean", describe: "Check without the variables and files that hold secrets." },
} satisfies Record<string, Option>;

/** Where the command line says that the config is. */
export function configSource(values: OptionValues, environment = textOption(values, "env")): ConfigSource {
  return {
    directory: textOption(values, "config") ?? "config",
    environment: environment ?? defaultEnvironment,
    withoutSecrets: switchOption(values, "without-secrets"),
  };
}

/**
 * Loads the config and prints its warnings.
 * @throws {AppError} ERR_CONFIG_INVALID or ERR_CONFIG_MISSING, with every error in the message.
 */
export async function loadOrExplain(
  source: ConfigSource,
  terminal: Pick<Terminal, "error">,
  read: typeof loadAppConfig = loadAppConfig,
): Promise<LoadedConfig> {
  const outcome = await read(source);
  for (const warning of outcome.warnings) terminal.error(`warning: ${renderIssue(warning)}`);
  if (outcome.ok) return outcome.config;
  throw configError(outcome.reason, outcome.issues, source);
}

/**
 * Loads the config for what sends nothing: whoever asks at night has no secrets at hand, and none is needed as far as what stands in
 * their place fits.
 */
export async function loadToAsk(values: OptionValues, terminal: Pick<Terminal, "error">): Promise<LoadedConfig> {
  const source = configSource(values);
  const outcome = await loadAppConfig({ ...source, withoutSecrets: true });
  return outcome.ok && canOpen(outcome.config) ? outcome.config : loadOrExplain(source, terminal);
}

/** Sections that say what is probed; a secret that is missing elsewhere does not matter to whoever only probes. */
const probedSections = /^(?:checks|templates|sites|hosts|backups|services|packs)\b/;

/** Loads the config for what only probes, as a pipeline or a person does that has no secrets of receivers. */
export function loadToProbe(values: OptionValues, terminal: Pick<Terminal, "error">): Promise<LoadedConfig> {
  return loadPart(values, terminal, (path) => probedSections.test(path));
}

/** Loads the config for what only tells some receivers, all of them where none is named, and perhaps a person. */
export function loadToTell(
  values: OptionValues,
  terminal: Pick<Terminal, "error">,
  receivers: readonly string[],
): Promise<LoadedConfig> {
  const person = textOption(values, "person");
  return loadPart(values, terminal, (path) => {
    const [section, name = ""] = path.split(/[.[]/);
    if (section === "receivers") return receivers.length === 0 || receivers.includes(name);
    return section === "channels" || section === "messages" || (section === "people" && name === person);
  });
}

/** Loads the config where faults do not matter that lie elsewhere than what is needed, such as secrets that are not at hand. */
async function loadPart(
  values: OptionValues,
  terminal: Pick<Terminal, "error">,
  isNeeded: (path: string) => boolean,
): Promise<LoadedConfig> {
  const source = configSource(values);
  const outcome = await loadAppConfig(source);
  const isElsewhere = !outcome.ok && outcome.issues.every(({ path }) => path !== "" && !isNeeded(path));
  return loadOrExplain(source, terminal, async () => {
    if (!isElsewhere) return outcome;
    const lenient = await loadAppConfig({ ...source, withoutSecrets: true });
    return lenient.ok ? lenient : outcome;
  });
}

/** The error of a config that did not load; a hint of the caller's is told where it may help. */
export function configError(
  reason: "missing" | "invalid",
  issues: readonly ConfigIssue[],
  source: ConfigSource,
  hint?: string,
): AppError {
  const lines = issues.map((issue) => `  ${renderIssue(issue)}`).join("\n");
  if (reason === "missing") {
    return new AppError("ERR_CONFIG_MISSING", `there is no config at ${source.directory}:\n${lines}`, {
      hint: hint ?? 'Name its place with --config, or draft one with "watchfire init <url>".',
    });
  }
  const count = issues.length === 1 ? "one error" : `${issues.length} errors`;
  return new AppError(
    "ERR_CONFIG_INVALID",
    `the config at ${source.directory} (${source.environment}) has ${count}:\n${lines}`,
    hint === undefined ? {} : { hint },
  );
}
