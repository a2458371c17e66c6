/** Writes rows as a Markdown table, as the reference tables of the READMEs are. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** Returns the table between `<!-- name -->` and `<!-- end -->`. */
export function tableIn(readme: string, name: string): string {
  return new RegExp(`<!-- ${name} -->\n([\\s\\S]*?)\n<!-- end -->`).exec(readme)?.[1] ?? "";
}
