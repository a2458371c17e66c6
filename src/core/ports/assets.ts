/** Files that ship with Watchfire. */
export interface Assets {
  /** Content of `assets/<name>.json`; the caller knows its shape, as it ships with the code. */
  json(name: string): unknown;
}
