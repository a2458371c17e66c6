import type { ZodType } from "zod";
import type { Json } from "../core/json.ts";
import { inputSchemaOf, SchemaView } from "./shown/schema-walk.ts";

/** What can be read of a section that its schema refuses, and which of its entries cannot. */
export type Salvaged = Readonly<{ json: Json | undefined; refused: readonly string[] }>;

type Way = readonly PropertyKey[];
type Container = Record<PropertyKey, unknown>;

const mostRounds = 20;

/** Leaves out the entries that a schema refuses, so that what others say of the rest of the section can be judged at the same time. */
export function salvageSection(schema: ZodType, json: Json): Salvaged {
  const view = new SchemaView(inputSchemaOf(schema));
  const kept = structuredClone(json);
  const refused = new Set<string>();
  for (let round = 0; round < mostRounds; round += 1) {
    const parsed = schema.safeParse(kept);
    if (parsed.success) return { json: kept, refused: [...refused] };
    const ways = parsed.error.issues.flatMap((issue): readonly Way[] =>
      issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
    );
    for (const way of ways) {
      const entry = entryOn(way, view);
      if (remove(kept, entry)) refused.add(String(entry.at(-1)));
    }
    if (ways.some((way) => entryOn(way, view).length === 0)) break;
  }
  const all = typeof json === "object" && json !== null ? Object.keys(json) : [];
  return { json: undefined, refused: all };
}

/** The part of a way that leads to what has a name of its own: lists are left out whole, for places in them must not shift. */
function entryOn(way: Way, root: SchemaView): Way {
  let view = root;
  for (const [depth, key] of way.entries()) {
    if (typeof key !== "string") return way.slice(0, depth);
    if (view.hasNamesLike(key)) return way.slice(0, depth + 1);
    view = view.at(key);
  }
  return way;
}

/** Removes what a way leads to, or where that is not there, what should hold it. */
function remove(root: unknown, way: Way): boolean {
  for (let length = way.length; length > 0; length -= 1) {
    const key = way[length - 1] ?? "";
    const holder = way.slice(0, length - 1).reduce<unknown>((at, step) => childOf(at, step), root);
    if (isContainer(holder) && Object.hasOwn(holder, key)) return delete holder[key];
  }
  return false;
}

function childOf(holder: unknown, key: PropertyKey): unknown {
  return isContainer(holder) && Object.hasOwn(holder, key) ? holder[key] : undefined;
}

function isContainer(value: unknown): value is Container {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
