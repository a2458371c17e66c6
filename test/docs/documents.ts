import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Root of the project. */
export const root = join(import.meta.dirname, "../..");

/** A Markdown file of the project; the path counts from the root. */
export type Document = Readonly<{ path: string; text: string }>;

/** Everything that people read: the README, the documents, and the README of each unit. */
export const documents: readonly Document[] = globSync(
  ["*.md", "docs/**/*.md", "src/**/README.md", "demo/README.md", "bench/README.md", "deploy/**/*.md"],
  { cwd: root },
)
  .sort()
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

/** A fenced block; `marker` is the text of an HTML comment on the line above it. */
export type Block = Readonly<{ path: string; line: number; language: string; marker: string; text: string }>;

/** The fenced blocks of a document in their order. */
export function blocksOf({ path, text }: Document): readonly Block[] {
  const fence = /^( *)```([a-z]*)\n([\s\S]*?)^\1```$/gm;
  return [...text.matchAll(fence)].map((match) => {
    const before = text.slice(0, match.index);
    return {
      path,
      line: before.split("\n").length + 1,
      language: match[2] ?? "",
      marker: /<!-- (.*?) -->\n+$/.exec(before)?.[1] ?? "",
      text: (match[3] ?? "").replaceAll(new RegExp(`^${match[1] ?? ""}`, "gm"), ""),
    };
  });
}

/** The text without its fenced blocks, with as many lines as before. */
export function proseOf({ text }: Document): string {
  return text.replaceAll(/^( *)```[a-z]*\n[\s\S]*?^\1```$/gm, (block) => block.replaceAll(/[^\n]/g, ""));
}
