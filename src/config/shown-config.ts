import { createHash, createHmac } from "node:crypto";
import type { Json } from "../core/json.ts";
import {
  asJson,
  type ConfigNode,
  emptyRecord,
  type MutableJson,
  type NodePath,
  pathText,
  type ScalarNode,
} from "./node.ts";
import type { SchemaView } from "./schema-walk.ts";

/** A config as people may see it, and marks that tell two hidden values apart. */
export type Shown = Readonly<{ view: Json; digests: Readonly<Record<string, string>> }>;

/** The same with marks that only a holder of the key can compare with his own, so that they say nothing to anybody else. */
export function keyedShown({ view, digests }: Shown, key: string): Shown {
  const marks = Object.entries(digests).map(([path, digest]) => [
    path,
    createHmac("sha256", key).update(digest).digest("hex"),
  ]);
  return { view, digests: Object.fromEntries(marks) as Shown["digests"] };
}

/** What stands for a secret in everything that is shown. */
export const hidden = "<secret>";

/** Collects the shown form of a config: interpolated leaves as they were written, secrets hidden, passwords in addresses hidden. */
export class Showing {
  readonly #digests = emptyRecord<string>();

  /** The shown form of a block that stands at `path`. */
  show(node: ConfigNode, path: NodePath, schema: SchemaView | undefined): MutableJson {
    if (node.kind === "scalar") return this.#scalar(node, path, schema?.isSecret === true);
    if (schema?.isSecret === true)
      return this.#remember(
        path,
        JSON.stringify(node, (key, value: unknown) => (key === "place" ? undefined : value)),
      );
    if (node.kind === "list")
      return node.items.map((item, index) => this.show(item, [...path, index], schema?.at(index)));
    const record = emptyRecord<MutableJson>();
    for (const [key, entry] of node.entries) record[key] = this.show(entry.node, [...path, key], schema?.at(key));
    return record;
  }

  finish(view: MutableJson): Shown {
    return { view: asJson(view), digests: this.#digests };
  }

  #scalar(node: ScalarNode, path: NodePath, isSecret: boolean): MutableJson {
    if (node.written !== undefined) {
      this.#remember(path, String(node.value));
      return node.written;
    }
    if (isSecret) return this.#remember(path, String(node.value));
    if (typeof node.value !== "string") return node.value;
    const text = node.value.replace(/(:\/\/[^\s/:@]*):[^\s/@]+@/g, `$1:${hidden}@`);
    if (text !== node.value) this.#remember(path, node.value);
    return text;
  }

  #remember(path: NodePath, value: string): string {
    this.#digests[pathText(path)] = createHash("sha256").update(value).digest("hex");
    return hidden;
  }
}
