import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { loadAppConfig } from "../../src/app/configuration/load-app-config.ts";
import { renderIssue } from "../../src/config/source/issue.ts";
import { type Block, blocksOf, documents } from "./documents.ts";

// Blocks marked `yaml` are configurations of Watchfire, those marked `yml` belong to other programs. The comment above a block may say:
//   layers                the blocks from here to the last one that begins with "# <file>.yaml" are one directory
//   refused               the block must be refused, with the lines of the text block that follows
const scratch = mkdtempSync(join(tmpdir(), "watchfire-docs-"));
const environment = "production";
const blocks = documents.flatMap(blocksOf);
const fileName = /^# (?:[\w.-]+\/)*?((?:conf\.d\/)?[\w-]+\.yaml)\b/;
let count = 0;

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("docs/yaml-blocks", () => {
  const settings = blocks.filter((block) => block.language === "yaml");
  const layers = settings.filter((block) => block.marker === "layers" || isLaterLayer(block));
  const single = settings.filter((block) => !layers.includes(block));

  it("finds them", () => {
    expect(single.length).toBeGreaterThan(10);
  });

  it.each(single.filter((block) => block.marker !== "refused").map(named))("%s loads", async (_, block) => {
    expect(await problemsOf(directoryOf([["base.yaml", block.text], unitContext(block), modulesFile]))).toEqual([]);
  });

  it.each(single.filter((block) => block.marker === "refused").map(named))("%s is refused", async (_, block) => {
    const said = blocks[blocks.indexOf(block) + 1];

    expect(said?.language).toBe("text");
    expect(await problemsOf(directoryOf([["base.yaml", block.text]]))).toEqual(said?.text.trimEnd().split("\n"));
  });

  it.each(layers.filter((block) => block.marker === "layers").map(named))(
    "%s and the layers after it load",
    async (_, first) => {
      const files = layersFrom(first).map((block): File => [fileName.exec(block.text)?.[1] ?? "", block.text]);
      const directory = directoryOf(files);
      const overlays = files.map(([name]) => /^([\w-]+)\.yaml$/.exec(name)?.[1] ?? "base");
      const blockNames = files.flatMap(([, text]) => Object.keys((parse(text) as Environments).environments ?? {}));

      for (const name of new Set([...overlays, ...blockNames]))
        if (name !== "base") expect([name, await problemsOf(directory, name)]).toEqual([name, []]);
    },
  );

  it.each(blocks.filter((block) => block.language === "yml").map(named))("%s is YAML", (_, block) => {
    expect(parseAllDocuments(block.text).flatMap((document) => document.errors)).toEqual([]);
  });
});

/** For blocks that name the modules of the door. */
const modulesFile = ["blackbox.yml", "modules: {}\n"] as const;

type File = readonly [name: string, text: string];
type Environments = Readonly<{ environments?: object }>;

function named(block: Block): readonly [string, Block] {
  return [`${block.path}:${block.line}`, block];
}

function isLaterLayer(block: Block): boolean {
  const before = settingsBefore(block);
  return fileName.test(block.text) && before !== undefined && (before.marker === "layers" || isLaterLayer(before));
}

function settingsBefore(block: Block): Block | undefined {
  return blocks
    .slice(0, blocks.indexOf(block))
    .findLast((other) => other.language === "yaml" && other.path === block.path);
}

function layersFrom(first: Block): readonly Block[] {
  const after = blocks.filter((block) => block.language === "yaml" && block.path === first.path);
  const rest = after.slice(after.indexOf(first) + 1);
  const end = rest.findIndex((block) => !fileName.test(block.text) || block.marker === "layers");
  return [first, ...rest.slice(0, end === -1 ? undefined : end)];
}

// The example of a unit may name services of a catalogue that it does not repeat.
function unitContext({ path, text }: Block): File {
  if (!path.startsWith("src/")) return ["conf.d/empty.yaml", "{}"];
  const services = [...text.matchAll(/\bservice: ([a-z-]+)/g)].map(([, id]) => `${id}: {}`);
  return ["conf.d/services.yaml", `services: { ${[...new Set(services)].join(", ")} }`];
}

function directoryOf(files: readonly File[]): string {
  count += 1;
  const directory = join(scratch, String(count));
  for (const [name, text] of [[`${environment}.yaml`, "{}"] as File, ...files]) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

async function problemsOf(directory: string, name = environment): Promise<readonly string[]> {
  const outcome = await loadAppConfig({ directory, environment: name, withoutSecrets: true });
  return outcome.issues.map((issue) => renderIssue(issue).replaceAll(`${directory}/`, ""));
}
