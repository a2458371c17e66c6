import type { EpochMs } from "../core/time/time.ts";

type Entry<K> = { readonly key: K; atMs: EpochMs; order: number; index: number };

/** Priority queue of keys by time: equal times leave in the order they were set. Every operation is O(log n). */
export class DueQueue<K> {
  readonly #heap: Entry<K>[] = [];
  readonly #entries = new Map<K, Entry<K>>();
  #order = 0;

  /** Number of keys. */
  get size(): number {
    return this.#heap.length;
  }

  /** Sets or moves the time of a key. */
  set(key: K, atMs: EpochMs): void {
    this.#order += 1;
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { key, atMs, order: this.#order, index: this.#heap.length };
      this.#heap.push(entry);
      this.#entries.set(key, entry);
    } else {
      entry.atMs = atMs;
      entry.order = this.#order;
    }
    this.#restore(entry);
  }

  /** Removes a key; false when it was not there. */
  delete(key: K): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    const last = this.#heap.pop();
    if (last !== undefined && last !== entry) {
      this.#place(last, entry.index);
      this.#restore(last);
    }
    return true;
  }

  /** Time of the first key; undefined when the queue is empty. */
  peekMs(): EpochMs | undefined {
    return this.#heap[0]?.atMs;
  }

  /** The first key whose time is at or before `nowMs`; it stays, so that whoever sets its next time only moves it. */
  firstDue(nowMs: EpochMs): K | undefined {
    const first = this.#heap[0];
    return first === undefined || first.atMs > nowMs ? undefined : first.key;
  }

  /** Removes and returns the first key whose time is at or before `nowMs`. */
  popDue(nowMs: EpochMs): K | undefined {
    const key = this.firstDue(nowMs);
    if (key !== undefined) this.delete(key);
    return key;
  }

  clear(): void {
    this.#heap.length = 0;
    this.#entries.clear();
  }

  #restore(entry: Entry<K>): void {
    let index = entry.index;
    for (let parent = this.#heap[(index - 1) >> 1]; index > 0 && parent !== undefined && before(entry, parent); ) {
      const parentIndex = parent.index;
      this.#place(parent, index);
      index = parentIndex;
      parent = this.#heap[(index - 1) >> 1];
    }
    for (let child = this.#firstChild(index); child !== undefined && before(child, entry); ) {
      const childIndex = child.index;
      this.#place(child, index);
      index = childIndex;
      child = this.#firstChild(index);
    }
    this.#place(entry, index);
  }

  #firstChild(index: number): Entry<K> | undefined {
    const left = this.#heap[2 * index + 1];
    const right = this.#heap[2 * index + 2];
    return left !== undefined && right !== undefined && before(right, left) ? right : left;
  }

  #place(entry: Entry<K>, index: number): void {
    this.#heap[index] = entry;
    entry.index = index;
  }
}

function before<K>(a: Entry<K>, b: Entry<K>): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
