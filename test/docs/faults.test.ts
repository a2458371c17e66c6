import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { probeKinds } from "../../src/probes/index.ts";
import { concerned, heldBySuite, heldOnce, idsText } from "./fault-coverage.ts";

const root = join(import.meta.dirname, "../..");
const path = join(root, "docs/faults.md");

const testFiles = ["src", "test"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts") && join(root, folder, name) !== import.meta.filename)
    .map((name) => ({
      name: `${folder}/${name.replaceAll("\\", "/")}`,
      text: readFileSync(join(root, folder, name), "utf8"),
    })),
);

/** Tests whose titles name the fault. */
function testsOf(id: string): readonly string[] {
  return testFiles
    .filter(({ text }) => new RegExp(`\\b${id}\\b`).test(text))
    .map(({ name }) => name)
    .toSorted();
}

function withTests(table: string): string {
  return table.replace(/^(\| (F\d\d) \|.*\|) [^|]* \|$/gm, (_row, said: string, id: string) => {
    const links = testsOf(id).map(
      (name) => `[${name.replace(/^src\//, "")}](${relative(join(root, "docs"), join(root, name))})`,
    );
    return `${said} ${links.length === 0 ? "–" : links.join("<br>")} |`;
  });
}

/** Rows that tests in the kind's own folder, or in a file of its name, hold. */
function heldByOwn(kind: string): readonly string[] {
  const own = new RegExp(`^src/probes/${kind}/|^test/.*/${kind}(?:(?:-tls)?-faults)?(?:\\.peer)?\\.test\\.ts$`);
  const texts = testFiles.filter(({ name }) => own.test(name)).map(({ text }) => text);
  return texts.flatMap((text) => [...text.matchAll(/\bF[0-5]\d\b/g)].map(([id]) => id));
}

const kinds = probeKinds.map(({ kind }) => kind).toSorted();

function withKinds(text: string): string {
  const rows = kinds.map((kind) => {
    const rowsOf = concerned[kind];
    const among = (ids: readonly string[]): string => idsText(ids.filter((id) => rowsOf?.includes(id) ?? true));
    return `| ${kind} | ${among(heldBySuite(kind))} | ${among(heldByOwn(kind))} | ${rowsOf === undefined ? "–" : among(heldOnce)} |`;
  });
  return text.replace(
    /(\| probe \|.*\n\|[-|]+\|\n)(?:\|.*\n)*/,
    (_table, head: string) => `${head}${rows.join("\n")}\n`,
  );
}

describe("docs/faults.md", () => {
  const table = readFileSync(path, "utf8");
  const ids = [...table.matchAll(/^\| (F\d\d) \|/gm)].map(([, id = ""]) => id);

  it("has the faults between us and a target without a gap", () => {
    const spans = [
      [1, 18],
      [20, 37],
      [40, 45],
      [50, 53],
    ] as const;
    const wanted = spans.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));

    expect(ids).toEqual(wanted.map((number) => `F${String(number).padStart(2, "0")}`));
  });

  it("links every test that names a fault (UPDATE_DOCS=1 writes the links)", () => {
    const wanted = withKinds(withTests(table));
    if (process.env["UPDATE_DOCS"] === "1" && wanted !== table) writeFileSync(path, wanted);
    else expect(table).toBe(wanted);
  });

  it.each(kinds)("%s is held against every fault that can befall it", (kind) => {
    const held = new Set([...heldBySuite(kind), ...heldByOwn(kind), ...heldOnce]);

    expect((concerned[kind] ?? []).filter((id) => !held.has(id))).toEqual([]);
  });

  it.each(ids)("%s is held by a test", (id) => {
    expect(testsOf(id)).not.toEqual([]);
  });
});
