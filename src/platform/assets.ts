import { readFileSync } from "node:fs";
import type { Assets } from "../core/ports/assets.ts";

const read = new Map<string, unknown>();

/** The one way to the folder `assets`; this file stands as deep below the package as what is built of it (`dist/parts`). Each is read once. */
export const systemAssets: Assets = {
  json(name) {
    if (!read.has(name))
      read.set(name, JSON.parse(readFileSync(new URL(`../../assets/${name}.json`, import.meta.url), "utf8")));
    return read.get(name);
  },
};
