import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { notifierKinds } from "../../../src/alerting/notifiers/index.ts";
import { canary, notifierSuite } from "./notifier-suite.ts";

const folder = new URL("../../../src/alerting/notifiers/", import.meta.url);
const specimens: Readonly<Record<string, unknown>> = {
  log: {},
  slack: { url: `https://hooks.slack.example/services/T/B/${canary}` },
  webhook: {
    url: `https://hook.example.com/${canary}`,
    secret: canary,
    auth: { kind: "basic", username: "watchfire", password: canary },
    headers: { "X-Token": canary },
  },
};

for (const kind of notifierKinds) notifierSuite({ kind, options: specimens[kind.kind] });

describe("alerting/notifiers", () => {
  it("has one folder per kind in the array", () => {
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

    expect(folders.map(({ name }) => name).sort()).toEqual(notifierKinds.map(({ kind }) => kind).sort());
  });
});
