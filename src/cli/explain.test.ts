import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Terminal } from "../platform/terminal.ts";
import { execute } from "./command-line.ts";

let directory = "";
let configPath = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-explain-"));
  configPath = join(directory, "watchfire.yaml");
  await writeFile(
    configPath,
    `services: { shop: {} }
sites: { shop: { url: "https://shop.example.com/", service: shop } }
receivers:
  ops: { to: [{ kind: log }] }
  dev: { to: [{ kind: log }] }
time_intervals: { nights: [{ times: [{ start: "22:00", end: "24:00" }] }] }
route:
  receiver: ops
  routes: { shop: { matchers: [service=shop], receiver: dev, mute_time_intervals: [nights] } }
`,
  );
});

afterEach(() => rm(directory, { recursive: true, force: true }));

async function run(...args: readonly string[]) {
  const written = { out: "", error: "" };
  const terminal: Terminal = {
    args: ["explain", ...args, "--config", configPath],
    isInteractive: false,
    workingDirectory: directory,
    out: (text) => void (written.out += `${text}\n`),
    error: (text) => void (written.error += `${text}\n`),
    exitWith: () => undefined,
    onStop: () => undefined,
    onReload: () => undefined,
  };
  const code = await execute(terminal, terminal.args);
  return { code, ...written };
}

describe("cli/explain", () => {
  it("doubts labels that no alert of Watchfire's own has, and answers all the same", async () => {
    const { code, out, error } = await run("service=shpo", "severity=crit", "team=web");

    expect(code).toBe(0);
    expect(out).toContain("route → ops");
    expect(error.trim().split("\n")).toEqual([
      'warning: no alert of Watchfire\'s own has service "shpo"; there are shop',
      'warning: no alert of Watchfire\'s own has severity "crit"; there are info, warning, critical',
    ]);
  });

  it("says without a daemon where the config would take an alert, and what mutes it at that moment", async () => {
    const day = await run("service=shop", "severity=critical", "--at", "2026-11-26T12:00:00Z");
    const night = await run("service=shop", "--at", "2026-11-26T23:00:00Z");

    expect(day).toMatchObject({ code: 0, error: "" });
    expect(day.out).toMatch(
      /^alert env=production service=shop severity=critical\nroute\/shop → dev, by log\n {2}group route\/shop:\{service="shop"\}\n {2}told after 30s/,
    );
    expect(day.out).not.toContain("not told");
    expect((await run("check=shop", "--timing", "--at", "2026-11-26T23:00:00Z")).out).toMatch(
      /\ndev is not told then: route\/shop is muted by nights until 2026-11-27 00:00:00 \+00:00\n$/,
    );
    expect(night.out).toContain(
      "not told at that moment: route/shop is muted by nights until 2026-11-27 00:00:00 +00:00",
    );
  });

  it("takes the labels of a check or a rule from the config where only its name is given", async () => {
    const check = await run("check=shop", "--at", "2026-11-26T12:00:00Z");
    const json = await run("check=shop", "severity=warning", "--output", "json", "--at", "2026-11-26T12:00:00Z");
    const unknown = await run("check=shpo");

    expect(check.out).toMatch(
      /^alert check=shop tier=application instance=https:\/\/shop\.example\.com\/ env=production service=shop alertname=CheckDown severity=critical\nroute\/shop → dev/,
    );
    expect(JSON.parse(json.out)).toMatchObject({ labels: { service: "shop", severity: "warning" } });
    expect(unknown.error).toBe('warning: no alert of Watchfire\'s own has check "shpo"; did you mean "shop"?\n');
  });

  it("needs no secrets", async () => {
    const text = await readFile(configPath, "utf8");
    await writeFile(
      configPath,
      text.replace("dev: { to: [{ kind: log }] }", 'dev: { to: [{ kind: slack, url: "${NOT_SET}" }] }'),
    );

    expect(await run("check=shop", "--at", "2026-11-26T12:00:00Z")).toMatchObject({
      code: 0,
      error: "",
      out: expect.stringContaining("route/shop → dev, by slack"),
    });
  });

  it("reckons with --timing how long it takes at most until somebody is told", async () => {
    const { out } = await run("check=shop", "service=shop", "--timing", "--at", "2026-11-26T12:00:00Z");

    expect(out).toContain("at most 30s until the run that fails");
    expect(out).toMatch(/30s for the group; dev is told after \S+ at the latest/);
  });

  it("reckons with --timing for a rule, too, by the severity that is asked for", async () => {
    const text = await readFile(configPath, "utf8");
    const rule =
      "{ kind: threshold, metric: m, above: { warning: 1, critical: 2 }, for: { warning: 10m, critical: 1m } }";
    await writeFile(
      configPath,
      `${text}rules:\n  hot: ${rule}\n  odd: { kind: threshold, metric: m, above: { warning: 1 }, interval: 5m, k_of_n: { k: 2, n: 4 } }\n`,
    );
    const timing = async (...labels: readonly string[]): Promise<readonly string[]> =>
      (await run(...labels, "--timing")).out.trim().split("\n").slice(-4);

    expect(await timing("alertname=hot")).toEqual([
      "no policy: nobody is told again by steps",
      "at most 1m5s until the rule sees the minute in which its condition holds",
      "at most 1m of `for`",
      "30s for the group; ops is told after 2m35s at the latest",
    ]);
    expect((await timing("alertname=hot", "severity=warning")).slice(2)).toEqual([
      "at most 10m of `for`",
      "30s for the group; ops is told after 11m35s at the latest",
    ]);
    expect((await timing("alertname=odd")).slice(1)).toEqual([
      "at most 5m5s until the rule sees the minute in which its condition holds",
      "at most 5m to hold in 2 of 4 minutes",
      "30s for the group; ops is told after 10m35s at the latest",
    ]);
  });

  it.each([
    [[], "Name an alert"],
    [["shop"], "neither a fingerprint nor label=value"],
    [["service=shop", "--at", "noon"], "is no time"],
    [["service=shop", "--timing"], "needs the label check=<id>"],
    [["0123456789abcdef", "service=shop"], "one word too many"],
    [["service=shop", "--output", "xml"], "neither text nor json"],
  ])("ends with 64 for %j and says what is wrong", async (args, words) => {
    const { code, error } = await run(...args);

    expect(code).toBe(64);
    expect(error).toContain(words);
  });
});
