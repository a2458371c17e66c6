/** Of what was written so many keys are remembered, besides as many as there are entries. */
const journalSlack = 1000;

/** A map that remembers what changed since the last `takeChanges`, so that a commit holds that and nothing else. */
export class TrackedMap<V> {
  readonly #entries = new Map<string, V>();
  readonly #touched = new Set<string>();
  #version = 0;
  /** Keys of what was written, the newest last, since somebody asked for the first time. */
  #journal: string[] | undefined;

  /** Grows with everything that is written, so that what was worked out of the entries can be kept until then. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  values(): readonly V[] {
    return [...this.#entries.values()];
  }

  entries(): readonly (readonly [string, V])[] {
    return [...this.#entries];
  }

  keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** Takes an entry over as the store has it: no change. */
  load(key: string, value: V): void {
    this.#write(key);
    this.#entries.set(key, value);
  }

  set(key: string, value: V): void {
    if (this.#entries.get(key) === value) return;
    this.#write(key);
    this.#entries.set(key, value);
    this.#touched.add(key);
  }

  delete(key: string): void {
    if (!this.#entries.delete(key)) return;
    this.#write(key);
    this.#touched.add(key);
  }

  /** Keys of what was written since a version, so that what was worked out then can follow; undefined where that is too long ago to know. */
  changedSince(version: number): ReadonlySet<string> | undefined {
    const journal = this.#journal ?? [];
    this.#journal = journal;
    const count = this.#version - version;
    return count > journal.length ? undefined : new Set(journal.slice(journal.length - count));
  }

  /** Returns and forgets what changed: entries as they are now, and keys that are gone. */
  takeChanges(): Readonly<{ changed: readonly V[]; removed: readonly string[] }> {
    const changed: V[] = [];
    const removed: string[] = [];
    for (const key of this.#touched) {
      const value = this.#entries.get(key);
      if (value === undefined) removed.push(key);
      else changed.push(value);
    }
    this.#touched.clear();
    return { changed, removed };
  }

  #write(key: string): void {
    this.#version += 1;
    if (this.#journal === undefined) return;
    this.#journal.push(key);
    if (this.#journal.length > 2 * (this.#entries.size + journalSlack))
      this.#journal = this.#journal.slice(this.#entries.size + journalSlack);
  }
}
