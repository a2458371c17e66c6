import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { checkOf } from "../../../test/support/worlds/alerting-world.ts";
import { targetsFromSchema } from "../../config/discovery/targets-from-schema.ts";
import type { Check } from "../../core/checks/check.ts";
import type { Json } from "../../core/json.ts";
import { saidIn } from "../../core/message/said.ts";
import type { KeptTargets, SourcePart, TargetCache, TargetSource } from "../../core/ports/target-source.ts";
import type { SourceFigures } from "../../exporters/prometheus/discovery-metrics.ts";
import { tcp } from "../../probes/tcp/tcp.ts";
import type { AppConfig } from "../configuration/app-config.ts";
import { Discovery } from "./discovery.ts";

const url = "http://sd.test/";
const minuteMs = 60_000;
const good = (...targets: readonly string[]): readonly SourcePart[] => [
  { name: url, groups: [{ targets, labels: {} }] },
];
const bad: readonly SourcePart[] = [{ name: url, problem: "it answered 503, expected 200" }];

type Answer = readonly SourcePart[] | "silence";

class MemoryCache implements TargetCache {
  readonly kept = new Map<string, KeptTargets>();
  isFull = false;

  read(check: string): Promise<KeptTargets | undefined> {
    return Promise.resolve(this.kept.get(check));
  }

  write(check: string, kept: KeptTargets): Promise<void> {
    if (this.isFull) return Promise.reject(new Error("no space left"));
    this.kept.set(check, kept);
    return Promise.resolve();
  }
}

class World {
  readonly clock = new FakeClock();
  readonly cache: MemoryCache;
  answer: Answer = good("a:1", "b:2");
  reads = 0;
  hint: () => void = () => {};
  changes = 0;
  trouble: string | undefined;
  figures: readonly SourceFigures[] = [];
  readonly warnings: string[] = [];
  config: AppConfig;
  readonly discovery: Discovery;

  constructor(cache = new MemoryCache()) {
    this.cache = cache;
    this.config = configOf({ kind: "http", url });
    const log = { debug() {}, info() {}, error() {}, warn: (event: string) => void this.warnings.push(event) };
    this.discovery = new Discovery({
      clock: this.clock,
      log,
      metrics: { countRead() {}, set: (figures) => (this.figures = figures) },
      trouble: { set: (_, said) => (this.trouble = said === undefined ? undefined : saidIn(said, "en")) },
      kinds: [tcp],
      cache,
      open: () => this.#source(),
      onChange: () => {
        this.changes += 1;
        this.config = this.discovery.fill(this.config);
      },
    });
  }

  async use(from: Json = { kind: "http", url }): Promise<void> {
    const config = configOf(from);
    await this.discovery.prepare(config);
    this.config = this.discovery.use(config);
    this.discovery.tell();
  }

  get targets(): readonly string[] {
    const [check] = this.config.loaded.checks;
    expect(this.config.alerting.checks[0]?.targets).toEqual(check?.targets);
    return check?.targets.map(({ address }) => address) ?? [];
  }

  #source(): TargetSource {
    return {
      read: () => {
        this.reads += 1;
        return this.answer === "silence" ? new Promise(() => {}) : Promise.resolve(this.answer);
      },
      watch: (onHint) => {
        this.hint = onHint;
        return () => (this.hint = () => {});
      },
    };
  }
}

function configOf(from: Json): AppConfig {
  const check: Check = { ...checkOf("shop"), probe: "tcp", targets: [], targetsFrom: from };
  const targetsFrom = new Map([["shop", targetsFromSchema.parse(from)]]);
  const other = checkOf("other");
  return {
    loaded: { checks: [check, other] },
    alerting: { checks: [check, other] },
    targetsFrom,
  } as unknown as AppConfig;
}

describe("app/discovery", () => {
  it("knows targets as soon as a config is used, and leaves other checks alone", async () => {
    const world = new World();

    await world.use();

    expect(world.targets).toEqual(["a:1", "b:2"]);
    expect(world.config.loaded.checks[1]).toEqual(checkOf("other"));
    expect(world.figures).toEqual([
      { check: "shop", targets: 2, leftOut: 0, isFailing: false, readAtMs: world.clock.now() },
    ]);
    expect(world.trouble).toBeUndefined();
  });

  it("follows what the source lists, and says so once", async () => {
    const world = new World();
    await world.use();
    world.answer = good("c:3", "a:1");

    await world.clock.advance(minuteMs + 1000);
    await world.clock.advance(10 * minuteMs);

    expect(world.targets).toEqual(["a:1", "c:3"]);
    expect(world.changes).toBe(1);
  });

  it("looks soon after a hint, once for many", async () => {
    const world = new World();
    await world.use({ kind: "file", files: ["a.yml"] });
    await world.clock.advance(1000);
    const before = world.reads;
    world.answer = good("c:3");

    for (let step = 0; step < 5; step += 1) world.hint();
    await world.clock.advance(1000);

    expect(world.reads).toBe(before + 1);
    expect(world.targets).toEqual(["c:3"]);
  });

  it("keeps the last targets while the source fails, and says so when it fails again", async () => {
    const world = new World();
    await world.use();
    world.answer = bad;

    await world.clock.advance(minuteMs + 10);
    const first = world.trouble;
    expect(world.figures).toMatchObject([{ isFailing: true, targets: 2 }]);
    await world.clock.advance(minuteMs + 10);
    const second = world.trouble;
    world.answer = good("a:1", "b:2");
    await world.clock.advance(minuteMs + 10);

    expect(first).toBeUndefined();
    expect(second).toBe(
      `the targets of shop cannot be read, its last targets stay (2): ${url}: it answered 503, expected 200`,
    );
    expect(world.trouble).toBeUndefined();
    expect(world.targets).toEqual(["a:1", "b:2"]);
    expect(world.changes).toBe(0);
    expect(world.warnings).toEqual(["targets_unreadable"]);
  });

  it("says at once when a source fails of which nothing is known", async () => {
    const world = new World();
    world.answer = bad;

    await world.use();

    expect(world.targets).toEqual([]);
    expect(world.trouble).toContain("the targets of shop cannot be read, none are known");
  });

  it("believes an empty list only where it may be empty", async () => {
    const [careful, trusting] = [new World(), new World()];
    await careful.use();
    await trusting.use({ kind: "http", url, may_be_empty: true });
    for (const world of [careful, trusting]) {
      world.answer = good();
      await world.clock.advance(2 * minuteMs + 1000);
    }

    expect(careful.targets).toEqual(["a:1", "b:2"]);
    expect(careful.trouble).toContain("it lists no target");
    expect(trusting.targets).toEqual([]);
    expect(trusting.trouble).toBeUndefined();
  });

  it("starts from the last list when the source is away (F07)", async () => {
    const before = new World();
    await before.use();
    const world = new World(before.cache);
    world.answer = "silence";

    await world.use();

    expect(world.targets).toEqual(["a:1", "b:2"]);
  });

  it("does not wait for ever for a source that says nothing", async () => {
    const world = new World();
    world.answer = "silence";
    const starting = world.use();

    await world.clock.advance(5000);

    await starting;
    expect(world.targets).toEqual([]);
  });

  it("does not take the list of another source for its own", async () => {
    const before = new World();
    await before.use();
    const world = new World(before.cache);
    world.answer = bad;

    await world.use({ kind: "http", url: "http://other.test/" });

    expect(world.targets).toEqual([]);
  });

  it("keeps the targets of the source before until a new one gives some", async () => {
    const world = new World();
    await world.use();
    world.answer = bad;

    await world.use({ kind: "http", url: "http://other.test/" });
    const meanwhile = world.targets;
    world.answer = good("c:3");
    await world.clock.advance(minuteMs + 1000);

    expect(meanwhile).toEqual(["a:1", "b:2"]);
    expect(world.targets).toEqual(["c:3"]);
  });

  it("makes targets anew when only the template changes, without asking", async () => {
    const world = new World();
    await world.use();
    const before = world.reads;

    await world.use({ kind: "http", url, address: "{host}:443" });

    expect(world.targets).toEqual(["a:443", "b:443"]);
    expect(world.reads).toBe(before);
  });

  it("names entries that do not fit, and watches the others", async () => {
    const world = new World();
    world.answer = good("a:1", "no port", "nor this");

    await world.use();

    expect(world.targets).toEqual(["a:1"]);
    expect(world.trouble).toMatch(/^not all targets of shop are watched: "no port": .*; and 1 more$/);
    expect(world.figures).toMatchObject([{ targets: 1, leftOut: 2, isFailing: false }]);
  });

  it("goes on where the last list cannot be kept (F72)", async () => {
    const world = new World();
    world.cache.isFull = true;

    await world.use();

    expect(world.targets).toEqual(["a:1", "b:2"]);
    expect(world.warnings).toEqual(["targets_not_kept"]);
  });

  it("asks no more once it is stopped", async () => {
    const world = new World();
    await world.use();
    const before = world.reads;

    world.discovery.stop();
    await world.clock.advance(10 * minuteMs);

    expect(world.reads).toBe(before);
    expect(world.clock.pendingTimers).toBe(0);
  });
});
