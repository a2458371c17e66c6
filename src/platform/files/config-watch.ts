import { createHash } from "node:crypto";
import { type FSWatcher, watch } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Clock } from "../../core/ports/clock.ts";

const quietMs = 250;
// Bind mounts and network file systems tell nobody what changes on the other side.
const pollMs = 60_000;

export type ConfigWatchRequest = Readonly<{
  /** A config directory, or one file. */
  path: string;
  clock: Clock;
  /** Other files whose content counts, such as those named by `${file:…}`; asked at each look. */
  alsoRead?: () => readonly string[];
  /** Called when the content differs from that at the last call (or at the start) and has been stable for 250 ms. */
  onChange: () => void;
}>;

export interface ConfigWatch {
  /** Looks now, as after an event of the file system. */
  look(): void;
  /** Resolves when the look that is under way has ended. */
  settled(): Promise<void>;
  close(): void;
}

/**
 * Watches a configuration: edits in place, editors that rename, files that come and go, and the swap of a symbolic link by which
 * Kubernetes and releases change a whole directory. Events are only a hint: content decides, so touching a file fires nothing.
 */
export async function watchConfig(request: ConfigWatchRequest): Promise<ConfigWatch> {
  const watching = new Watching(request, await digestOf(request));
  watching.arm();
  return watching;
}

class Watching implements ConfigWatch {
  readonly #request: ConfigWatchRequest;
  readonly #watchers = new Map<string, FSWatcher>();
  #announced: string;
  #candidate: string | undefined;
  #cancelQuiet: (() => void) | undefined;
  #cancelPoll: (() => void) | undefined;
  #look: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(request: ConfigWatchRequest, announced: string) {
    this.#request = request;
    this.#announced = announced;
  }

  arm(): void {
    const { path, clock } = this.#request;
    this.#watchDirectory(path, undefined);
    this.#watchDirectory(join(path, "conf.d"), undefined);
    // The path itself may be a link that is swapped, or a file that an editor replaces.
    this.#watchDirectory(dirname(path), basename(path));
    this.#cancelPoll?.();
    this.#cancelPoll = clock.setTimer(pollMs, () => {
      this.look();
      this.arm();
    });
  }

  look(): void {
    if (this.#isClosed) return;
    this.#cancelQuiet?.();
    this.#cancelQuiet = this.#request.clock.setTimer(quietMs, () => {
      this.#look = this.#look.then(() => this.#compare());
    });
  }

  settled(): Promise<void> {
    return this.#look;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelQuiet?.();
    this.#cancelPoll?.();
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** Two equal looks in a row, 250 ms apart, are a stable content. */
  async #compare(): Promise<void> {
    const digest = await digestOf(this.#request);
    if (this.#isClosed) return;
    if (digest === this.#announced) {
      this.#candidate = undefined;
    } else if (digest === this.#candidate) {
      this.#announced = digest;
      this.#candidate = undefined;
      this.#rearm();
      this.#request.onChange();
    } else {
      this.#candidate = digest;
      this.look();
    }
  }

  // A watcher holds on to the directory that was there; after a swap it would watch the old one.
  #rearm(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
    this.arm();
  }

  #watchDirectory(directory: string, onlyName: string | undefined): void {
    if (this.#watchers.has(directory)) return;
    try {
      const watcher = watch(directory, (_, name) => {
        if (onlyName === undefined || name === null || name === onlyName) this.look();
      });
      watcher.on("error", () => {
        watcher.close();
        this.#watchers.delete(directory);
      });
      watcher.unref();
      this.#watchers.set(directory, watcher);
    } catch (error) {
      // A directory that is not there (conf.d often is not), a file, or no inotify watches left: polling sees it all the same.
      if (!(error instanceof Error && "code" in error)) throw error;
    }
  }
}

async function digestOf({ path, alsoRead }: ConfigWatchRequest): Promise<string> {
  const hash = createHash("sha256");
  const files = [...(await yamlFilesOf(path)), ...(alsoRead?.() ?? [])];
  for (const file of new Set(files)) {
    const content = await readFile(file).catch(() => "missing");
    hash.update(`${file}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

async function yamlFilesOf(path: string): Promise<readonly string[]> {
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory() !== true) return [path];
  const lists = await Promise.all(
    [path, join(path, "conf.d")].map(async (directory) => {
      const names = await readdir(directory).catch(() => []);
      return names
        .filter((name) => name.endsWith(".yaml") && !name.startsWith("."))
        .map((name) => join(directory, name));
    }),
  );
  return lists.flat().sort();
}
