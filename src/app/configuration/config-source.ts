/** Where a config is read from, and for which environment. */
export type ConfigSource = Readonly<{
  directory: string;
  environment: string;
  withoutSecrets?: boolean;
  /** Modules file that the command line names, in place of the config's. */
  blackboxFile?: string;
}>;
