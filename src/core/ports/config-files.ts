/** A file that was read whole, or why it was not. */
export type ConfigFileRead =
  | Readonly<{ ok: true; text: string }>
  | Readonly<{ ok: false; reason: "missing" | "unreadable" | "too_large"; detail: string }>
  | Readonly<{ ok: false; reason: "not_text"; detail: string; line: number }>;

/** The files of the configuration, and those it names by `${file:…}`. */
export interface ConfigFiles {
  /** What stands at the path, links followed. */
  kindOf(path: string): Promise<"file" | "directory" | "missing">;
  /** Names in a directory, hidden ones left out, sorted; empty when it is not there. @throws {AppError} ERR_CONFIG_INVALID when it may not be read. */
  list(directory: string): Promise<readonly string[]>;
  /** Reads UTF-8 text of at most `maxBytes`; never throws for an expected failure. */
  read(path: string, maxBytes: number): Promise<ConfigFileRead>;
  /** Whether an optional package is installed beside Watchfire. */
  hasPackage(name: string): boolean;
}
