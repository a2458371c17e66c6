import type { EpochMs } from "../time/time.ts";

/** A regular file that a pattern found. */
export type StoredFile = Readonly<{ path: string; sizeBytes: number; modifiedAtMs: EpochMs }>;

export type FilesFound =
  | Readonly<{ ok: true; files: readonly StoredFile[]; isComplete: boolean; isDirectory?: boolean }>
  | Readonly<{ ok: false; reason: "permission" | "local_resources"; detail: string }>;

export const digestNames = ["md5", "sha1", "sha256", "sha512"] as const;
export type DigestName = (typeof digestNames)[number];

/** What reading a file to its end showed. */
export type FileReading<T> = Readonly<
  { ok: true; value: T } | { ok: false; reason: "permission" | "local_resources" | "broken"; detail: string }
>;

export interface StoredFiles {
  /** Regular files that a path or glob names, links followed, at most `most`; `isDirectory`: it names a directory. Never throws for an expected failure. */
  find(pattern: string, most: number): Promise<FilesFound>;
  /** Reads a small text file. */
  text(path: string, mostBytes: number): Promise<FileReading<string>>;
  /** Reads the file and gives its digest in lower-case hex. */
  digest(path: string, name: DigestName, signal: AbortSignal): Promise<FileReading<string>>;
  /** Reads an archive to its end and checks what its form lets check; the value names the form. */
  verifyArchive(path: string, signal: AbortSignal): Promise<FileReading<string>>;
}
