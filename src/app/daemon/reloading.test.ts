import { beforeEach, describe, expect, it } from "vitest";
import type { ConfigOutcome } from "../../config/load-config.ts";
import type { AppConfig } from "../configuration/app-config.ts";
import { Reloading } from "./reloading.ts";

const issueOf = (message: string) => ({ file: "base.yaml", path: "checks", message });
const refused = (message: string): ConfigOutcome => ({
  ok: false,
  reason: "invalid",
  issues: [issueOf(message)],
  warnings: [],
});
const running = { loaded: { fingerprint: "running" } } as AppConfig;
/** The config that runs, read again. */
const unchanged = (...warnings: readonly string[]): ConfigOutcome => ({
  ok: true,
  config: running.loaded,
  issues: [],
  warnings: warnings.map(issueOf),
});
let read: ConfigOutcome;
let logged: string[];
let reloading: Reloading;

beforeEach(() => {
  logged = [];
  const log = (event: string): void => void logged.push(event);
  reloading = new Reloading({
    parts: {
      clock: { now: () => 0 },
      log: { debug: log, info: log, warn: log, error: log },
      metrics: { configLoaded: () => {} },
      trouble: { set: () => {} },
    },
    read: async () => read,
    current: () => running,
    prepare: async () => {},
    apply: () => {},
  });
});

describe("app/daemon/reloading", () => {
  it("logs once what is refused where a signal and the watch of the files read it, one after the other or together", async () => {
    read = refused("unknown key");
    await reloading.run(true);
    await reloading.run(false);
    expect(logged).toEqual(["config_refused"]);

    await Promise.all([reloading.run(true), reloading.run(false)]);
    expect(logged).toEqual(["config_refused", "config_refused"]);
  });

  it("logs each time that somebody asks, that the faults are others, and that a good config was read between", async () => {
    read = refused("unknown key");
    await reloading.run(false);
    await reloading.run(true);
    read = refused("another fault");
    await reloading.run(false);
    read = unchanged();
    await reloading.run(false);
    read = refused("another fault");
    await reloading.run(false);

    expect(logged).toEqual(Array.from({ length: 4 }, () => "config_refused"));
  });

  it("logs warnings once likewise", async () => {
    read = unchanged("a secret stands in the file");
    await reloading.run(true);
    await reloading.run(false);

    expect(logged).toEqual(["config_warnings"]);
  });
});
