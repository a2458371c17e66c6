import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { columnsOf } from "./clean-text.ts";
import { troubleWords } from "./trouble-words.ts";

const guide = readFileSync(fileURLToPath(new URL("../../../docs/guides/alerting.md", import.meta.url)), "utf8");
const components = [
  "config storage database uplink overload schedule stall resources discovery registries deadman calendar".split(" "),
  ["tls of listener main"],
].flat();

describe("core/message trouble words", () => {
  it.each(components)(
    "has words of its own in both languages for trouble with %s, and the guide knows it",
    (component) => {
      for (const locale of ["en", "zh"] as const) {
        const words = troubleWords(component, locale);
        expect(words).not.toMatch(/^trouble with| 异常$/);
        expect(columnsOf(words)).toBeLessThanOrEqual(30);
      }
      expect(guide).toContain(`\`${component.replace("main", "…")}\``);
    },
  );
});
