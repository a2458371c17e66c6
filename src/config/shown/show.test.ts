import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { fixedEnv, memoryConfigFiles } from "../../../test/support/fakes/memory-config-files.ts";
import { defineProbe } from "../../core/checks/probe.ts";
import { secretSchema } from "../../core/schema/secret-schema.ts";
import { loadConfig } from "../load-config.ts";
import type { LoadedConfig } from "../loaded-config.ts";
import { renderIssue } from "../source/issue.ts";
import { configJsonSchema } from "./config-json-schema.ts";
import { diffConfigs } from "./diff-configs.ts";
import { showExpanded } from "./show.ts";

const http = defineProbe({
  kind: "http",
  title: "HTTP",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 30_000, timeoutMs: 10_000, failureThreshold: 3 },
  address: z.string(),
  display: (address) => address,
  hostOf: () => undefined,
  options: z.strictObject({
    follow: z.boolean().optional().describe("Whether redirects are followed."),
    auth: z.strictObject({ user: z.string(), password: secretSchema }).optional(),
    headers: z.record(z.string(), secretSchema).optional(),
    expect: z.strictObject({ contains: z.array(z.string()).optional() }).optional(),
  }),
  metrics: [],
  create: () => ({ run: async () => ({ findings: [], samples: [] }), close: async () => {} }),
});

const sections = {
  receivers: z
    .record(
      z.string(),
      z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("slack"), urls: z.array(secretSchema) }),
        z.strictObject({ kind: z.literal("log"), lines: z.int().default(5) }),
      ]),
    )
    .default({}),
};

async function load(text: string, variables: Readonly<Record<string, string>> = {}): Promise<LoadedConfig> {
  const outcome = await loadConfig({
    files: memoryConfigFiles({ "w.yaml": text }),
    env: fixedEnv({ WORD: "加入购物车", PASSWORD: "hunter2-a", ...variables }),
    directory: "w.yaml",
    environment: "test",
    probes: [http],
    sections,
  });
  expect(outcome.issues.map(renderIssue)).toEqual([]);
  if (!outcome.ok) throw new Error("not loaded");
  return outcome.config;
}

const text = `
templates: { slow: { interval: 5m, timeout: 20s } }
sites: { home: { url: "https://shop:sesame@shop.example.com/", contains: ["\${WORD}"], certificate: false, domain: false } }
checks:
  shop:
    probe: http
    use: [slow]
    target: https://shop.example.com/
    auth: { user: a, password: "\${PASSWORD}" }
    headers: { cookie: plain-hunter2 }
receivers:
  chat: { kind: slack, urls: [https://hooks.example.com/hunter2-b] }
`;

describe("config/shown/show", () => {
  it("shows templates and short forms expanded, variables as written and no secret", async () => {
    const shown = showExpanded(await load(text));

    expect(parse(shown)).toEqual({
      receivers: { chat: { kind: "slack", urls: ["<secret>"] } },
      checks: {
        shop: {
          probe: "http",
          interval: "5m",
          timeout: "20s",
          target: "https://shop.example.com/",
          auth: { user: "a", password: "${PASSWORD}" },
          headers: { cookie: "<secret>" },
        },
        home: {
          probe: "http",
          target: "https://shop:<secret>@shop.example.com/",
          expect: { contains: ["${WORD}"] },
        },
      },
    });
    expect(shown).not.toMatch(/hunter2|sesame/);
  });
});

describe("config/diff-configs", () => {
  it("finds nothing between equal configs", async () => {
    expect(diffConfigs(await load(text), await load(text))).toEqual([]);
  });

  it("counts checks that come and go, and names the keys that change", async () => {
    const changed = text
      .replace("timeout: 20s", "timeout: 10s")
      .replace("sites: { home", "sites: { start")
      .replace("receivers:", "receivers:\n  more: { kind: log }");

    expect(diffConfigs(await load(text), await load(changed))).toEqual([
      "+1 check: start",
      "-1 check: home",
      "+ receivers.more",
      "checks.shop.timeout: 20s → 10s",
    ]);
  });

  it("says that a secret or a variable's value changed, without showing either", async () => {
    const changed = text.replace("hunter2-b", "hunter2-c").replace("plain-hunter2", "plain-hunter3");

    const lines = diffConfigs(await load(text), await load(changed, { PASSWORD: "hunter2-z", WORD: "结算" }));

    expect(lines).toEqual([
      "receivers.chat.urls[0]: the secret changed",
      "checks.shop.auth.password: the value of ${PASSWORD} changed",
      "checks.shop.headers.cookie: the secret changed",
      "checks.home.expect.contains[0]: the value of ${WORD} changed",
    ]);
  });

  it("notices an order that changed", async () => {
    const two = (names: readonly string[]): string =>
      `receivers: { ${names.map((name) => `${name}: { kind: log }`).join(", ")} }`;

    expect(diffConfigs(await load(two(["a", "b"])), await load(two(["b", "a"])))).toEqual([
      "receivers: the order changed",
    ]);
  });
});

describe("config/config-json-schema", () => {
  it("keeps the references of a schema that holds itself", () => {
    const tree = z.strictObject({
      word: z.int().optional(),
      get inner() {
        return z.array(tree).optional();
      },
    });

    const schema = configJsonSchema([], { tree: z.strictObject({ first: tree, second: tree.optional() }) });
    const references = [...JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map(
      ([, name = ""]) => name,
    );

    expect(references.length).toBeGreaterThan(0);
    expect(references.filter((name) => schema.$defs?.[name] === undefined)).toEqual([]);
  });

  it("describes the keys, requires none, and takes an interpolation or null for a scalar", () => {
    const schema = configJsonSchema([http], sections);

    expect(schema.properties?.["checks"]).toMatchObject({
      type: ["object", "null"],
      additionalProperties: {
        allOf: [
          {
            if: { not: { properties: { probe: { const: "http" } }, required: ["probe"] } },
            else: {
              additionalProperties: false,
              properties: {
                follow: {
                  description: "Whether redirects are followed.",
                  anyOf: [{ type: "boolean" }, { type: "string", pattern: "\\$\\{" }, { type: "null" }],
                },
                target: { type: ["string", "null"] },
              },
            },
          },
        ],
      },
    });
    expect(schema.properties?.["sites"]).toMatchObject({
      description: expect.stringContaining("A site: its page is fetched and searched"),
    });
    expect(JSON.stringify(schema.properties?.["receivers"])).not.toContain("required");
    expect(schema.properties?.["environments"]).toMatchObject({ additionalProperties: { $ref: "#" } });
  });
});
