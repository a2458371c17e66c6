export type FilesystemFacts = Readonly<{
  sizeBytes: number;
  freeBytes: number;
  availableBytes: number;
  files: number;
  filesFree: number;
}>;

export interface Files {
  /** Reads a small kernel file (procfs, sysfs) at once, or its first bytes; undefined when it is not there or may not be read. */
  readKernelFile(path: string, mostBytes?: number): string | undefined;
  /** A reader of kernel files that are wanted again and again; whoever asks for it closes it. */
  keepKernelFiles(): KernelFiles;
  /** Names in a kernel directory; empty when it is not there. */
  listKernelDirectory(path: string): readonly string[];
  /** Where a link in a kernel directory leads in the end, as an absolute path; undefined when it is not there. */
  kernelLink(path: string): string | undefined;
  /** What a link in a kernel directory says, wherever it leads; undefined when it is not there or may not be read. */
  kernelLinkText(path: string): string | undefined;
  /**
   * Facts of the filesystem mounted at `path`. `late`: it has not answered within `patienceMs`, by default twice what its last answer
   * took, at least 250 ms; `stuck`: not within 5 s, or so many others hang that it is not asked; `error`: it cannot be asked. At most
   * one call per path is under way, and whoever asks meanwhile gets its answer.
   */
  filesystem(path: string, patienceMs?: number): Promise<FilesystemFacts | "late" | "stuck" | "error">;
}

/** Kernel files that may stay open between readings. */
export interface KernelFiles {
  /** As `readKernelFile`: what the kernel tells at this moment. */
  read(path: string): string | undefined;
  /** Closes what was not read since the last such call, as it may have gone with what it told of; to be called after each whole reading. */
  closeUnused(): void;
  /** Opens the files below a directory anew at their next reading, as those in it may now be of something else. */
  forget(directory: string): void;
  /** Closes all; what is read afterwards is opened for that reading only. */
  close(): void;
}
