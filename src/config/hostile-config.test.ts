import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { fixedEnv, memoryConfigFiles } from "../../test/support/fakes/memory-config-files.ts";
import { probeKinds } from "../probes/index.ts";
import { loadConfig } from "./load-config.ts";
import { diffConfigs } from "./shown/diff-configs.ts";
import { showExpanded } from "./shown/show.ts";
import { renderIssue } from "./source/issue.ts";

const key = fc.constantFrom(
  ..."checks templates sites hosts services environments production a b probe target targets use interval timeout".split(
    " ",
  ),
  ..."expect contains status url local required_labels time_zone schedule every grace cron labels title".split(" "),
);
const leaf = fc.constantFrom(
  ..."http push host 30s http://a/ a b UTC ${A} ${X} ${ $${ ${file:x}".split(" "),
  "0 2 * * *",
  null,
  true,
  0,
  -1,
  1.5,
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(key, tie("tree"), { maxKeys: 4 }),
  ),
}));
const file = fc.dictionary(key, tree, { maxKeys: 6 }).map((value) => stringify(value));

describe("config/load-config, hostile", () => {
  it("F119 ends every odd config in issues or a config, never in a throw", async () => {
    await fc.assert(
      fc.asyncProperty(file, file, file, fc.boolean(), async (base, shop, overlay, withoutSecrets) => {
        const outcome = await loadConfig({
          files: memoryConfigFiles({ "c/base.yaml": base, "c/conf.d/shop.yaml": shop, "c/production.yaml": overlay }),
          env: fixedEnv({ A: "1" }),
          directory: "c",
          environment: "production",
          probes: probeKinds,
          sections: {},
          withoutSecrets,
        });

        if (outcome.ok) {
          expect(showExpanded(structuredClone(outcome.config))).toBe(showExpanded(outcome.config));
          expect(diffConfigs(outcome.config, outcome.config)).toEqual([]);
        } else expect(outcome.issues.map(renderIssue).join("")).not.toBe("");
      }),
      { numRuns: 100 },
    );
    expect(({} as Record<string, unknown>)["checks"]).toBeUndefined();
  });
});
