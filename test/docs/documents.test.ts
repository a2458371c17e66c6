import { existsSync, globSync, statSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { parseArgs } from "node:util";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/index.ts";
import { blocksOf, type Document, documents, proseOf, root } from "./documents.ts";
import { allMetricNames } from "./metrics-reference.ts";

const named = documents.map((document) => [document.path, document] as const);

describe("docs", () => {
  it("opens the README with the two commands that do everything", () => {
    const readme = documents.find(({ path }) => path === "README.md");
    const first = readme === undefined ? undefined : blocksOf(readme)[0];
    const lines = (first?.text ?? "").split("\n").map((line) => line.replace(/\s+#.*/, ""));

    expect(lines.slice(0, 2)).toEqual(["npm ci && npm start", "npm cit"]);
    expect(first?.line).toBeLessThan(12);
  });

  it("keeps pictures small and shows each of them", () => {
    const pictures = globSync("docs/images/*", { cwd: root });
    const sizes = pictures.map((path) => statSync(join(root, path)).size);

    expect(Math.max(...sizes)).toBeLessThanOrEqual(200 * 1024);
    for (const path of pictures) expect(documents.some(({ text }) => text.includes(basename(path)))).toBe(true);
  });

  it.each(named)("%s links to what is there", (_, document) => {
    expect(brokenLinks(document)).toEqual([]);
  });

  it.each(named)("%s names files that are there", (_, document) => {
    expect(missingFiles(document)).toEqual([]);
  });

  it.each(named)("%s shows commands that there are, with options they take", (_, document) => {
    expect(commandLines(document).flatMap(faultOf)).toEqual([]);
  });

  // A unit's README is held to its metrics by the unit's own test, and may name what it leaves out; packs judge what exporters bring, too.
  it.each(named.filter(([path]) => !path.startsWith("src/") && path !== "docs/reference/packs.md"))(
    "%s names metrics that there are",
    async (_, document) => {
      const known = await allMetricNames();
      const found =
        document.text.match(/\b(?:watchfire|probe|push|node|process)_[A-Za-z0-9_]*[A-Za-z0-9]\b(?!\.|\/|-)/g) ?? [];

      expect(found.filter((name) => !known.has(name) && !otherNames.has(name))).toEqual([]);
    },
  );
});

// Programs, folders and labels that look like metrics.
const otherNames = new Set(["node_exporter", "node_modules"]);

function brokenLinks(document: Document): readonly string[] {
  const links = [...proseOf(document).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = "", anchor] = link.split("#");
    const path = file === "" ? document.path : normalize(join(dirname(document.path), file));
    if (!existsSync(join(root, path))) return true;
    return anchor !== undefined && !anchorsOf(path).includes(anchor);
  });
}

function anchorsOf(path: string): readonly string[] {
  const target = documents.find((document) => document.path === path);
  const headings = target === undefined ? [] : [...proseOf(target).matchAll(/^#+ (.+)$/gm)];
  return headings.map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function missingFiles(document: Document): readonly string[] {
  const paths =
    proseOf(document).match(/(?<=`)(?:src|test|docs|config|deploy|demo|scripts|bench)\/[\w./-]*(?=`)/g) ?? [];
  return paths.filter((path) => !existsSync(join(root, path)) && !path.startsWith("config/conf.d"));
}

/** Command lines of Watchfire in shell blocks, as words. */
function commandLines(document: Document): readonly (readonly string[])[] {
  return blocksOf(document)
    .filter(({ language }) => language === "sh")
    .flatMap(({ text }) => text.replaceAll(/\\\n\s*/g, "").split("\n"))
    .flatMap((line) => /(?:^|[ "(]|&& )(?:npm run --silent watchfire --|watchfire) (.+)$/.exec(line)?.[1] ?? [])
    .map((line) => line.split(/\s+(?:#|&&|\|\|?|>)|[;)]/)[0] ?? "")
    .map((line) =>
      [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? ""),
    );
}

function faultOf([name = "", ...args]: readonly string[]): readonly string[] {
  if (["help", "version"].includes(name)) return [];
  const command = commands.find((each) => each.name === name);
  if (command === undefined) return [`there is no command ${name}`];
  try {
    parseArgs({ args: [...args], options: command.options, allowPositionals: true, strict: true });
    return [];
  } catch (error) {
    return [`${name} ${args.join(" ")}: ${String(error)}`];
  }
}
