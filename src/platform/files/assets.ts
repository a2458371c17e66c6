import { readFileSync } from "node:fs";
import type { Assets } from "../../core/ports/assets.ts";

const read = new Map<string, unknown>();

/** The one way to the folder `assets`, which stands beside `src` and `dist`; each file is read once. */
export const systemAssets: Assets = {
  json(name) {
    if (!read.has(name))
      read.set(name, JSON.parse(readFileSync(new URL(`../../../assets/${name}.json`, import.meta.url), "utf8")));
    return read.get(name);
  },
};
