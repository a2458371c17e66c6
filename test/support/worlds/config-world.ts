import { expect } from "vitest";
import { z } from "zod";
import type { ConfigRequest } from "../../../src/config/config-request.ts";
import { type ConfigOutcome, loadConfig } from "../../../src/config/load-config.ts";
import type { LoadedConfig } from "../../../src/config/loaded-config.ts";
import { renderIssue } from "../../../src/config/source/issue.ts";
import { defineProbe, type ProbeKind } from "../../../src/core/checks/probe.ts";
import { secretSchema } from "../../../src/core/schema/secret-schema.ts";
import { durationSchema } from "../../../src/core/time/duration.ts";
import { fixedEnv, memoryConfigFiles } from "../fakes/memory-config-files.ts";

const web = defineProbe({
  kind: "http",
  title: "HTTP",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 30_000, timeoutMs: 10_000, failureThreshold: 3, retryIntervalMs: 15_000 },
  address: z.string().transform((text, context) => {
    if (URL.canParse(text)) return new URL(text).href;
    context.addIssue({ code: "custom", message: `"${text}" is no URL; write https://host/path` });
    return z.NEVER;
  }),
  display: (address) => new URL(address).origin,
  hostOf: (address) => new URL(address).host,
  options: z.strictObject({
    method: z.enum(["GET", "HEAD"]).default("GET"),
    retries_left: z.int().min(0).max(5).optional(),
    body: z.string().optional(),
    token: secretSchema.optional(),
    follow: z.boolean().optional(),
    slow: durationSchema().optional(),
    expect: z
      .strictObject({ contains: z.array(z.string()).optional(), status: z.array(z.string()).optional() })
      .optional(),
  }),
  metrics: [],
  create: () => ({ run: async () => ({ findings: [], samples: [] }), close: async () => {} }),
});

const machine = defineProbe({
  kind: "host",
  title: "Host",
  tier: "os",
  trigger: "schedule",
  defaults: { intervalMs: 15_000, timeoutMs: 10_000, failureThreshold: 1 },
  address: z.string(),
  defaultAddress: "localhost",
  display: (address) => address,
  hostOf: () => undefined,
  options: z.strictObject({}),
  metrics: [],
  create: () => ({ run: async () => ({ findings: [], samples: [] }), close: async () => {} }),
});

const arrival = defineProbe({
  kind: "push",
  title: "Push",
  tier: "business",
  trigger: "arrival",
  defaults: { intervalMs: 60_000, timeoutMs: 5000, failureThreshold: 1 },
  address: z.string(),
  defaultAddress: "self",
  display: (address) => address,
  hostOf: () => undefined,
  options: z.strictObject({}),
  metrics: [],
  create: () => ({ run: async () => ({ findings: [], samples: [] }), close: async () => {} }),
});

const probes: readonly ProbeKind[] = [web, machine, arrival];
/** Sections of units, as the daemon has them. */
export const sections = {
  receivers: z
    .record(
      z.string(),
      z.strictObject({
        to: z.array(
          z.discriminatedUnion("kind", [
            z.strictObject({ kind: z.literal("slack"), url: secretSchema }),
            z.strictObject({ kind: z.literal("mail"), port: z.int().min(1), tls: z.boolean().default(true) }),
          ]),
        ),
      }),
    )
    .optional(),
};

export type Texts = Readonly<Record<string, string>>;

/** Loads a config of these files for production. */
export function load(texts: Texts, request: Partial<ConfigRequest> = {}): Promise<ConfigOutcome> {
  return loadConfig({
    files: memoryConfigFiles(Object.fromEntries(Object.entries(texts).map(([name, text]) => [`config/${name}`, text]))),
    env: fixedEnv({ HOME_URL: "https://shop.example.com/", PORT: "587", YES: "true", EMPTY: "" }),
    directory: "config",
    environment: "production",
    probes,
    sections,
    ...request,
  });
}

/** Loads a config that has to load. */
export async function loaded(texts: Texts, request: Partial<ConfigRequest> = {}): Promise<LoadedConfig> {
  const outcome = await load({ "production.yaml": "", ...texts }, request);
  expect(outcome.issues.map(renderIssue)).toEqual([]);
  if (!outcome.ok) throw new Error("not loaded");
  return outcome.config;
}

/** What is wrong with a config, a line each. */
export async function issuesOf(texts: Texts, request: Partial<ConfigRequest> = {}): Promise<readonly string[]> {
  const outcome = await load({ "production.yaml": "", ...texts }, request);
  return outcome.issues.map(renderIssue);
}
