import type { RulePack } from "../core/alerting/rule-pack.ts";
import type { ProbeKind } from "../core/checks/probe.ts";
import type { ConfigFiles } from "../core/ports/config-files.ts";
import type { Env } from "../core/ports/env.ts";
import type { LoadedConfig, Sections } from "./loaded-config.ts";
import type { ConfigIssue } from "./source/issue.ts";

/** What is to be read, with what. */
export type ConfigRequest = Readonly<{
  files: ConfigFiles;
  env: Env;
  /** A directory with base.yaml, or one file. */
  directory: string;
  environment: string;
  probes: readonly ProbeKind[];
  sections: Sections;
  /** Packs of rules that section `packs` switches on. */
  packs?: readonly RulePack[];
  /** Validates where secrets are not at hand: variables and files that are absent get a value that fits. */
  withoutSecrets?: boolean;
  /** Faults between sections and services; entries that were refused are left out of the config, and nobody is to complain that they are not there. */
  crossCheck?: (config: LoadedConfig, isRefused: (name: string) => boolean) => readonly ConfigIssue[];
}>;
