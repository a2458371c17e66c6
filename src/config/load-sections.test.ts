import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fixedEnv, memoryConfigFiles } from "../../test/support/fakes/memory-config-files.ts";
import { loadSections } from "./load-sections.ts";
import { renderIssue } from "./source/issue.ts";

const sections = {
  server: z.strictObject({ listen: z.string().default("127.0.0.1:9797"), url: z.url().optional() }).prefault({}),
  storage: z.strictObject({ path: z.string().default("data/db") }).prefault({}),
};

async function load(texts: Readonly<Record<string, string>>, environment = "production", directory = "/config") {
  const outcome = await loadSections({
    files: memoryConfigFiles(texts),
    env: fixedEnv({ DATA: "/var/lib" }),
    directory,
    environment,
    sections,
    needed: ["server.listen", "storage.path"],
  });
  return outcome.ok ? outcome.sections : outcome.issues.map(renderIssue);
}

const base = 'server: { listen: "127.0.0.1:1" }\nstorage: { path: "${DATA}/w.db" }\n';
const production = "server: { listen: 127.0.0.1:2 }\n";

describe("config/load-sections", () => {
  it("reads its sections through all layers, whatever is wrong elsewhere and whichever secrets are absent", async () => {
    const rest = 'receivers: { ops: { url: "${SLACK_URL}" } }\nchecks: 5\nnonsense: [1]\n';

    expect(await load({ "/config/base.yaml": base + rest, "/config/production.yaml": production })).toEqual({
      server: { listen: "127.0.0.1:2" },
      storage: { path: "/var/lib/w.db" },
    });
  });

  it("passes over what files of conf.d hold that cannot be read", async () => {
    const texts = { "/config/base.yaml": base, "/config/conf.d/shop.yaml": "checks: {", "/config/production.yaml": "" };

    expect(await load(texts)).toMatchObject({ server: { listen: "127.0.0.1:1" } });
  });

  it("guesses nothing where base or overlay cannot be read, or the environment is not there", async () => {
    expect(await load({ "/config/base.yaml": base, "/config/production.yaml": "server: {" })).toEqual([
      expect.stringContaining("/config/production.yaml:1"),
    ]);
    expect(await load({ "/config/base.yaml": "server: {", "/config/production.yaml": production })).toEqual([
      expect.stringContaining("/config/base.yaml:1"),
    ]);
    expect(await load({ "/config/base.yaml": base }, "staging")).toEqual([
      expect.stringContaining('there is no environment "staging"'),
    ]);
    expect(await load({}, "production", "/nowhere")).toEqual([expect.stringContaining("/nowhere")]);
  });

  it("needs only what says where things are: another variable of its sections may be absent", async () => {
    const absent = 'server: { url: "${PUBLIC_URL}" }\nstorage: { path: "${HOME_OF_DATA}/w.db" }\n';

    expect(await load({ "/one.yaml": 'server: { url: "${PUBLIC_URL}" }' }, "production", "/one.yaml")).toMatchObject({
      server: { listen: "127.0.0.1:9797" },
    });
    expect(await load({ "/one.yaml": absent }, "production", "/one.yaml")).toEqual([
      expect.stringContaining("storage.path: the environment variable HOME_OF_DATA is not set"),
    ]);
    expect(await load({ "/one.yaml": "server: { listen: 5 }" }, "production", "/one.yaml")).toEqual([
      expect.stringContaining("/one.yaml:1:19: server.listen"),
    ]);
  });
});
