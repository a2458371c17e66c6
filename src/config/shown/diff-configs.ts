import type { Json } from "../../core/json.ts";
import type { LoadedConfig } from "../loaded-config.ts";
import { type NodePath, pathText } from "../source/node.ts";
import { hidden } from "./literal-secrets.ts";
import type { Shown } from "./shown-config.ts";

const longestNames = 20;

type ShownConfig = Pick<LoadedConfig, "shown">;

/**
 * What differs between two configs, one line each: checks that come and go first (`+2 checks: a, b`), then keys (`x: old → new`), in the
 * order they are written. Secrets are never shown: a changed one only says that it changed.
 */
export function diffConfigs(from: ShownConfig, to: ShownConfig): readonly string[] {
  const before = recordOf(from.shown.view);
  const after = recordOf(to.shown.view);
  const [checksBefore, checksAfter] = [recordOf(before["checks"]), recordOf(after["checks"])];
  const lines = [
    ...checkLine(
      "+",
      Object.keys(checksAfter).filter((id) => !(id in checksBefore)),
    ),
    ...checkLine(
      "-",
      Object.keys(checksBefore).filter((id) => !(id in checksAfter)),
    ),
  ];
  const comparison = new Comparison(from.shown, to.shown);
  for (const key of keysOf(before, after)) {
    if (key !== "checks") comparison.compare(before[key], after[key], [key]);
  }
  for (const id of Object.keys(checksBefore)) {
    if (id in checksAfter) comparison.compare(checksBefore[id], checksAfter[id], ["checks", id]);
  }
  return [...lines, ...comparison.lines];
}

function checkLine(sign: string, ids: readonly string[]): readonly string[] {
  if (ids.length === 0) return [];
  const rest = ids.length > longestNames ? ` and ${ids.length - longestNames} more` : "";
  const names = ids.slice(0, longestNames).join(", ");
  return [`${sign}${ids.length} ${ids.length === 1 ? "check" : "checks"}: ${names}${rest}`];
}

type JsonRecord = Readonly<Record<string, Json>>;

class Comparison {
  readonly lines: string[] = [];
  readonly #from: Shown;
  readonly #to: Shown;

  constructor(from: Shown, to: Shown) {
    this.#from = from;
    this.#to = to;
  }

  compare(before: Json | undefined, after: Json | undefined, path: NodePath): void {
    if (before === undefined || after === undefined) {
      this.#appeared(before, after, path);
      return;
    }
    if (isRecord(before) && isRecord(after)) {
      for (const key of keysOf(before, after)) this.compare(before[key], after[key], [...path, key]);
      if (isReordered(before, after)) this.lines.push(`${pathText(path)}: the order changed`);
      return;
    }
    if (isList(before) && isList(after) && before.length === after.length && before.some((item) => !isLeaf(item))) {
      for (const [index, item] of before.entries()) this.compare(item, after[index], [...path, index]);
      return;
    }
    if (JSON.stringify(before) !== JSON.stringify(after)) {
      this.lines.push(`${pathText(path)}: ${words(before)} → ${words(after)}`);
    } else this.#hiddenChange(after, path);
  }

  #appeared(before: Json | undefined, after: Json | undefined, path: NodePath): void {
    const value = after ?? before ?? null;
    const text = isLeaf(value) || isList(value) ? `: ${words(value)}` : "";
    this.lines.push(`${after === undefined ? "-" : "+"} ${pathText(path)}${text}`);
  }

  #hiddenChange(value: Json, path: NodePath): void {
    if (isList(value)) {
      for (const [index, item] of value.entries()) this.#hiddenChange(item, [...path, index]);
      return;
    }
    const key = pathText(path);
    if (this.#from.digests[key] === this.#to.digests[key]) return;
    const what = value === hidden ? "the secret" : `the value of ${words(value)}`;
    this.lines.push(`${key}: ${what} changed`);
  }
}

function keysOf(before: JsonRecord, after: JsonRecord): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])];
}

// Order matters in the route; it costs nothing to say so everywhere.
function isReordered(before: JsonRecord, after: JsonRecord): boolean {
  const shared = Object.keys(before).filter((key) => key in after);
  return (
    shared.join("\n") !==
    Object.keys(after)
      .filter((key) => key in before)
      .join("\n")
  );
}

function words(value: Json): string {
  if (typeof value === "string") return value === "" ? '""' : value;
  return JSON.stringify(value);
}

function isLeaf(value: Json): boolean {
  return value === null || typeof value !== "object";
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isRecord(value: Json): value is JsonRecord {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function recordOf(value: Json | undefined): JsonRecord {
  return value !== undefined && isRecord(value) ? value : {};
}
