import { createHash, createHmac } from "node:crypto";
import type { Json } from "../../core/json.ts";
import type { NamedFile, NeededPackage } from "../named-files.ts";
import { type ConfigIssue, issueAt } from "../source/issue.ts";
import {
  asJson,
  type ConfigNode,
  emptyRecord,
  type MutableJson,
  type NodePath,
  type Place,
  pathText,
  type ScalarNode,
} from "../source/node.ts";
import { hidden, isSecretHeader, withoutAddressSecrets, withoutDefaults } from "./literal-secrets.ts";
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

const literalSecret =
  'a secret stands in the file itself; write "${VAR}" or "${file:/path}" and keep it where the file does not go';

/** What is known of a config after it was walked. */
export type Findings = Readonly<{
  shown: Shown;
  literalSecrets: readonly ConfigIssue[];
  namedFiles: readonly NamedFile[];
  neededPackages: readonly NeededPackage[];
}>;

function keyOf({ source, line, column }: Place): string {
  return `${source.file}\n${line}\n${column}`;
}

/** Hidden because it is nobody's business, not because it opens anything. */
function isPersonal(path: NodePath): boolean {
  return path.at(-1) === "phone";
}

/** Collects the shown form of a config: interpolated leaves as they were written, secrets hidden, passwords in addresses hidden. */
export class Showing {
  readonly #digests = emptyRecord<string>();
  readonly #files = new Map<string, NamedFile>();
  readonly #packages = new Map<string, NeededPackage>();
  readonly #literals = new Map<string, ConfigIssue>();

  /** The shown form of a block that stands at `path`. */
  show(node: ConfigNode, path: NodePath, schema: SchemaView | undefined): MutableJson {
    if (node.kind === "scalar" && schema?.namesFile === true) this.#name(node, path);
    if (node.kind === "scalar") this.#need(node, path, schema);
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

  finish(view: MutableJson): Findings {
    return {
      shown: { view: asJson(view), digests: this.#digests },
      literalSecrets: [...this.#literals.values()],
      namedFiles: [...this.#files.values()],
      neededPackages: [...this.#packages.values()],
    };
  }

  #scalar(node: ScalarNode, path: NodePath, isMarked: boolean): MutableJson {
    const isSecret = isMarked || isSecretHeader(path);
    if (node.written !== undefined) {
      this.#remember(path, String(node.value));
      return isSecret ? withoutDefaults(node.written) : this.#withoutAddressSecrets(node.written, node, path);
    }
    if (isSecret) {
      if (node.value !== null && node.value !== "" && !isPersonal(path)) this.#warn(node, path);
      return this.#remember(path, String(node.value));
    }
    if (typeof node.value !== "string") return node.value;
    const text = this.#withoutAddressSecrets(node.value, node, path);
    if (text !== node.value) this.#remember(path, node.value);
    return text;
  }

  #withoutAddressSecrets(text: string, node: ScalarNode, path: NodePath): string {
    const shown = withoutAddressSecrets(text);
    if (shown !== text) this.#warn(node, path);
    return shown;
  }

  /** One fault of a template is one warning, however many checks use it. */
  #warn({ place }: ScalarNode, path: NodePath): void {
    const key = keyOf(place);
    if (!this.#literals.has(key)) this.#literals.set(key, issueAt(place, path, literalSecret));
  }

  #name({ value, place, unresolved }: ScalarNode, path: NodePath): void {
    const key = keyOf(place);
    if (typeof value !== "string" || unresolved === true || this.#files.has(key)) return;
    this.#files.set(key, { file: value, path, place });
  }

  #need({ value, place }: ScalarNode, path: NodePath, schema: SchemaView | undefined): void {
    const name = typeof value === "string" ? schema?.packageFor(value) : undefined;
    if (name !== undefined) this.#packages.set(keyOf(place), { name, path, place });
  }

  #remember(path: NodePath, value: string): string {
    this.#digests[pathText(path)] = createHash("sha256").update(value).digest("hex");
    return hidden;
  }
}
