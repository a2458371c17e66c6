import { dirname, resolve } from "node:path";
import { diskConfigFiles } from "../../platform/files/config-files.ts";

/** Where a config is read from, and for which environment. */
export type ConfigSource = Readonly<{
  directory: string;
  environment: string;
  withoutSecrets?: boolean;
  /** Modules file that the command line names, in place of the config's. */
  blackboxFile?: string;
}>;

/** Where relative paths of a config begin: its directory, or that of its only file. */
export async function directoryOfSource({ directory }: ConfigSource): Promise<string> {
  const isDirectory = (await diskConfigFiles.kindOf(directory)) === "directory";
  return resolve(isDirectory ? directory : dirname(directory));
}
