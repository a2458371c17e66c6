import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { badsslClasses } from "../support/samples/badssl-classes.ts";

const path = fileURLToPath(new URL("../../docs/badssl.md", import.meta.url));

function saidOf(told: string): string {
  const [is = "", reason] = told.split(" ");
  if (reason === undefined) return is === "" ? "–" : is;
  return is === "down" ? `\`${reason}\`` : `up, with the flaw \`${reason}\``;
}

it("docs/badssl.md has a row for each class (UPDATE_DOCS=1 writes them)", () => {
  const text = readFileSync(path, "utf8");
  const rows = badsslClasses.map(
    ({ name, told, note = "" }) => `| ${name.replaceAll("*", "\\*")} | ${saidOf(told)} | ${note} |`,
  );
  const wanted = text.replace(/(\|---\|---\|---\|\n)[\s\S]*/, (_table, head: string) => `${head}${rows.join("\n")}\n`);
  if (process.env["UPDATE_DOCS"] === "1" && wanted !== text) writeFileSync(path, wanted);
  else expect(text).toBe(wanted);
});
