/** Files of the embedded store, by path; calls block, so only the storage thread makes them. */
export interface DataFiles {
  /** Makes the directory (and its parents) with mode 0700 and proves that it can be written. @throws {AppError} ERR_DATA_DIRECTORY. */
  prepareDirectory(path: string): void;
  /** True when the directory lies on a network filesystem, where SQLite's locks and shared memory cannot be trusted. */
  isNetworkFilesystem(path: string): boolean;
  /** Creates an empty file when there is none, and takes all rights of group and others away. An existing file is not opened: closing it would drop locks. @throws {AppError} ERR_DATA_DIRECTORY. */
  createPrivate(path: string): void;
  /** Size in bytes; 0 when there is no such file. */
  sizeBytes(path: string): number;
  /** Renames a file when it is there; returns whether it was. @throws {AppError} ERR_DATA_DIRECTORY. */
  rename(from: string, to: string): boolean;
  /** Deletes a file when it is there. */
  remove(path: string): void;
  /** Makes a file that takes up the space on disk; returns false when there is no room. */
  reserve(path: string, sizeBytes: number): boolean;
}
