import { describe, expect, it } from "vitest";
import { memoryConfigFiles } from "../../../test/support/fakes/memory-config-files.ts";
import { renderIssue } from "./issue.ts";
import { toJson } from "./node.ts";
import { readLayers } from "./read-layers.ts";

type Texts = Readonly<Record<string, string>>;

async function read(
  texts: Texts,
  environment = "production",
): Promise<Readonly<{ json?: unknown; issues: readonly string[] }>> {
  const files = memoryConfigFiles(Object.fromEntries(Object.entries(texts).map(([name, text]) => [`c/${name}`, text])));
  const { root, issues } = await readLayers({ files, directory: "c", environment });
  return { issues: issues.map(renderIssue), ...(root === undefined ? {} : { json: toJson(root) }) };
}

describe("config/source/read-layers", () => {
  it("merges base, conf.d, their environment blocks and the overlay in this order", async () => {
    const mark = (name: string): string => `{ from: ${name}, ${name}: true }`;

    const { json, issues } = await read({
      "base.yaml": `x: ${mark("base")}\nenvironments: { production: { x: ${mark("base_block")} }, other: { x: never } }`,
      "conf.d/a.yaml": `x: ${mark("conf")}\nenvironments: { production: { x: ${mark("conf_block")} } }`,
      "production.yaml": `x: ${mark("overlay")}`,
    });

    expect(issues).toEqual([]);
    expect(json).toEqual({
      x: { from: "overlay", base: true, conf: true, base_block: true, conf_block: true, overlay: true },
    });
  });

  it("names the layer of an environment block in issues", async () => {
    const { issues } = await read({
      "base.yaml": "",
      "conf.d/a.yaml": "environments: { production: { x: { y: 1 } } }",
      "conf.d/b.yaml": "environments: { production: { x: { y: 2 } } }",
    });

    expect(issues).toEqual([
      'c/conf.d/b.yaml:1:36: x.y: "x.y" is also set in c/conf.d/a.yaml:1:36; files in conf.d must not set the same key twice (layer environments.production)',
    ]);
  });

  it.each([
    [
      "a section that is no map",
      { "base.yaml": "environments: [production]", "production.yaml": "" },
      "environments: must be a map",
    ],
    [
      "a block that is no map",
      { "base.yaml": "environments: { production: 5 }" },
      "environments.production: must be a map of what differs",
    ],
    [
      "blocks in an overlay",
      { "base.yaml": "", "production.yaml": "environments: { test: {} }" },
      "belongs in base.yaml or conf.d",
    ],
    ["no environment at all", { "base.yaml": "" }, 'there is no environment "production"; add production.yaml'],
    [
      "a file above its limit",
      { "base.yaml": "", "production.yaml": "#".repeat(8 * 1024 * 1024 + 1) },
      "c/production.yaml: cannot be read: it is too large",
    ],
  ])("refuses %s", async (_, texts, message) => {
    const { issues } = await read(texts);

    expect(issues).toEqual([expect.stringContaining(message)]);
  });

  it("reports the faults of every file, and merges nothing then", async () => {
    const { issues, json } = await read({
      "base.yaml": "a: [",
      "conf.d/a.yaml": "b: 1\nb: 2",
      "production.yaml": "- x",
    });

    expect(issues).toHaveLength(3);
    expect(json).toBeUndefined();
  });

  it("keeps a null inside a check for its template, and drops it everywhere else", async () => {
    const { json } = await read({
      "base.yaml": "checks: { a: { use: [t], x: 1 }, b: { x: 1 } }\nother: { x: 1 }",
      "production.yaml": "checks: { a: { x: null }, b: null }\nother: { x: null }",
    });

    expect(json).toEqual({ checks: { a: { use: ["t"], x: null } }, other: {} });
  });
});
