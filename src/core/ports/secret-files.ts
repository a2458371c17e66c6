/** Keeps small secrets in files that only this user can read. */
export interface SecretFiles {
  /**
   * Returns the text of the file, or of the new file that `make` fills when there is none yet; two processes that start
   * together get the same text. @throws {AppError} ERR_DATA_DIRECTORY when it can be neither read nor written.
   */
  readOrCreate(path: string, make: () => string): string;
}
