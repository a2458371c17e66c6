import { escapeControls } from "../../core/text/printable.ts";
import type { HealthState } from "./health-schema.ts";

/** A part of what a health document speaks of; `name` leads to it with dots. */
export type HealthPart = Readonly<{ name: string; word: string; state: HealthState; says: string }>;

export type HealthWords = Readonly<Record<string, HealthState>>;

const ownWords: HealthWords = Object.fromEntries([
  ...["up", "ok", "pass", "passing", "healthy", "green", "ready", "alive", "true"].map((word) => [word, "up"]),
  ...["degraded", "warn", "warning", "yellow", "partial"].map((word) => [word, "degraded"]),
  ...["down", "fail", "failed", "failing", "error", "unhealthy", "critical", "red", "false"].map((word) => [
    word,
    "down",
  ]),
  ...["out_of_service", "not_ready", "unavailable"].map((word) => [word, "down"]),
]);

/** Members that hold the parts: Spring Boot, ASP.NET, MicroProfile and health+json, Terminus. */
const containers: ReadonlySet<string> = new Set([
  "components",
  "entries",
  "results",
  "checks",
  "details",
  "info",
  "error",
]);
const explanations = ["output", "description", "message", "error", "exception", "reason"];
const mostNesting = 8;
const mostParts = 500;

/** The state that a word of a health document stands for; undefined when it is none. */
export function stateOf(word: unknown, words: HealthWords): HealthState | undefined {
  if (typeof word !== "string" && typeof word !== "boolean") return undefined;
  const key = String(word).trim().toLowerCase().replaceAll(/[- ]/g, "_");
  if (Object.hasOwn(words, key)) return words[key];
  return Object.hasOwn(ownWords, key) ? ownWords[key] : undefined;
}

/** Every part that a health document names with a known word, at most 500 and 8 deep; of two with one name the first. */
export function partsOf(document: unknown, words: HealthWords): readonly HealthPart[] {
  const parts = new Map<string, HealthPart>();
  collect(document, "", words, parts);
  return [...parts.values()];
}

function collect(value: unknown, prefix: string, words: HealthWords, parts: Map<string, HealthPart>): void {
  if (prefix.split(".").length > mostNesting + 1) return;
  for (const [key, child] of childrenOf(value, words)) {
    if (parts.size >= mostParts) return;
    const name = `${prefix}${escapeControls(key).slice(0, 100)}`;
    const word = wordOf(child);
    const state = stateOf(word, words);
    if (state !== undefined && !parts.has(name)) {
      parts.set(name, { name, word: escapeControls(String(word)).slice(0, 50), state, says: explanationOf(child) });
    }
    if (isObject(child)) collect(child, `${name}.`, words, parts);
  }
}

/** Parts by name: what the containers hold, and further members that have a word themselves. */
function childrenOf(value: unknown, words: HealthWords): readonly (readonly [string, unknown])[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]): readonly (readonly [string, unknown])[] => {
    if (containers.has(key) && Array.isArray(member)) return named(member, "");
    if (containers.has(key) && isObject(member)) {
      return Object.entries(member).flatMap(([name, part]) =>
        Array.isArray(part) ? named(part, name) : [[name, part]],
      );
    }
    return isObject(member) && stateOf(wordOf(member), words) !== undefined ? [[key, member]] : [];
  });
}

/** Elements by their own name, else by their place. */
function named(elements: readonly unknown[], name: string): readonly (readonly [string, unknown])[] {
  return elements.map((element, index) => {
    const own = isObject(element) ? (element["name"] ?? element["componentId"]) : undefined;
    if (typeof own === "string" && own !== "") return [name === "" ? own : `${name}.${own}`, element];
    return [elements.length === 1 && name !== "" ? name : `${name}[${index}]`, element];
  });
}

function wordOf(part: unknown): unknown {
  return isObject(part) ? part["status"] : part;
}

function explanationOf(part: unknown): string {
  if (!isObject(part)) return "";
  for (const place of [part, part["details"], part["data"]]) {
    if (!isObject(place)) continue;
    const text = explanations.map((key) => place[key]).find((each) => typeof each === "string" && each !== "");
    if (typeof text === "string") return escapeControls(text).slice(0, 200);
  }
  return "";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
