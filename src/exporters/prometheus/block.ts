import type { Family, FamilyTable, Slice } from "./family-table.ts";

/** The cached bytes of one part of a subject's series, cut by family. */
export class Block {
  readonly #table: FamilyTable;
  #families: readonly Family[] = [];
  seriesCount = 0;

  constructor(table: FamilyTable) {
    this.#table = table;
  }

  /** Puts new lines in place of all earlier ones. */
  write(linesByFamily: ReadonlyMap<Family, readonly string[]>): void {
    const texts = [...linesByFamily.values()].map((lines) => lines.join(""));
    const whole = texts.join("");
    // Not pooled: a small slice that lives long would keep a whole pool page alive.
    const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(whole));
    // One call for everything: writing family by family costs ten times as much as what is written.
    bytes.write(whole);
    const isAscii = bytes.length === whole.length;
    const before = this.#families;
    this.#families = [...linesByFamily.keys()];
    this.seriesCount = 0;
    let position = 0;
    let index = 0;
    for (const [family, lines] of linesByFamily) {
      const text = texts[index] ?? "";
      index += 1;
      const from = position;
      position += isAscii ? text.length : Buffer.byteLength(text);
      this.seriesCount += lines.length;
      family.slices.set(this, { bytes, from, to: position } satisfies Slice);
    }
    for (const family of before) if (!linesByFamily.has(family)) this.#table.release(family, this);
  }

  /** Takes all lines away. */
  clear(): void {
    if (this.#families.length > 0) this.write(new Map());
  }
}
