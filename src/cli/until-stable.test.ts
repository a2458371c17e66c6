import { afterEach, describe, expect, it } from "vitest";
import { checksOf } from "../../test/support/samples/story-checks.ts";
import { type Site, type SitePage, serveSite } from "../../test/support/servers/site-server.ts";
import { OneShot } from "../app/one-shot.ts";
import { probeKinds } from "../probes/index.ts";
import { exitCodeOf } from "./check.ts";
import { runJunit } from "./render/junit.ts";
import { untilStable } from "./until-stable.ts";

let site: Site;
const oneShot = new OneShot(probeKinds);

afterEach(() => site.close());

/** A release whose page answers one status after the other, the last for ever; asked as `check --until-stable 3 --timeout 30s` asks. */
async function decide(...statuses: readonly number[]) {
  const [next, left] = [() => left.shift() ?? statuses.at(-1) ?? 0, [...statuses]];
  const pages: Record<string, SitePage> = { "/checkout": { handle: (_, answer) => answer.writeHead(next()).end("x") } };
  site = await serveSite(pages);
  const { checks } = await checksOf(`
services: { shop: {} }
checks:
  checkout: { probe: http, target: "http://127.0.0.1:${site.port}/checkout", service: shop }`);
  const [check] = checks.values();
  const [target] = check?.targets ?? [];
  if (check === undefined || target === undefined) throw new Error("no check");
  let passedMs = 0;
  const clock = { monotonicMs: () => passedMs, sleep: async (ms: number) => void (passedMs += ms) };
  const runAll = async () => [await oneShot.run(check, target)];
  const { runs, isStable } = await untilStable(runAll, { wanted: 3, patienceMs: 30_000, clock });
  return {
    isStable,
    code: exitCodeOf(runs, isStable),
    junit: runJunit(runs, isStable ? undefined : "not up 3 times in a row within 30s"),
    rounds: site.requests.length,
    passedMs,
  };
}

describe("cli/until-stable", () => {
  it("passes when all were up three times in a row, five seconds apart, whatever was before", async () => {
    const { isStable, code, junit, rounds, passedMs } = await decide(502, 200, 502, 200, 200, 200, 502);

    expect({ isStable, code, rounds, passedMs }).toEqual({ isStable: true, code: 0, rounds: 6, passedMs: 25_000 });
    expect(junit).toContain('<testsuite name="watchfire" tests="1" failures="0" errors="0"');
  });

  it("fails when the time is over, with what was wrong last", async () => {
    const { isStable, code, junit, rounds } = await decide(200, 200, 502);

    expect({ isStable, code, rounds }).toEqual({ isStable: false, code: 2, rounds: 7 });
    expect(junit).toContain('<failure type="status"');
  });

  it("does not pass what is up at last, but not for long enough", async () => {
    const { isStable, code, junit } = await decide(502, 502, 502, 502, 502, 200);

    expect({ isStable, code }).toEqual({ isStable: false, code: 3 });
    expect(junit).toContain('<testsuite name="watchfire" tests="2" failures="0" errors="1"');
    expect(junit).toContain(
      'name="stability" time="0.000"><error type="unstable" message="not up 3 times in a row within 30s">',
    );
  });
});
