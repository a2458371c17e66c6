import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { markdownTable, tableIn } from "../../test/support/samples/markdown-table.ts";
import { configurationTable } from "../../test/support/samples/unit-docs.ts";
import type { ApiDependencies } from "./api-dependencies.ts";
import { routeTable } from "./route-table.ts";
import { serverSchema } from "./server-schema.ts";

const readme = await readFile(new URL("README.md", import.meta.url), "utf8");

describe("api/README", () => {
  it("has the routes of the table", () => {
    const rows = routeTable({ clock: {} } as ApiDependencies).map(({ methods, path, surfaces, auth }) => [
      methods.join(", "),
      `\`${path}\``,
      surfaces.join(", "),
      auth,
    ]);

    expect(tableIn(readme, "routes")).toBe(markdownTable(["methods", "path", "surfaces", "who"], rows));
  });

  it("has the options of the schema", () => {
    expect(tableIn(readme, "configuration")).toBe(configurationTable({ options: serverSchema }));
  });

  it("has an example that the schema takes", () => {
    const yaml = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";

    expect(serverSchema.safeParse((parse(yaml) as { server: unknown }).server).success).toBe(true);
  });
});
