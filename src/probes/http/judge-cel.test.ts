import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Site, serveSite } from "../../../test/support/servers/site-server.ts";
import { runHttpProbe, sampleOf } from "../../../test/support/worlds/http-run.ts";

const bodies = {
  object: '{"state":{"db":"down"}}',
  empty: "{}",
  text: '"down"',
  list: '["up","down"]',
  boolean: "true",
  emoji: '{"state":{"db":"🔥"}}',
  nothing: "",
  words: "it works",
  flames: "🔥🔥",
} as const;
let site: Site;

beforeAll(async () => {
  site = await serveSite(
    Object.fromEntries(Object.entries(bodies).map(([name, body]) => [`/${name}`, { type: "text/plain", body }])),
  );
});

afterAll(() => site.close());

type Judged = readonly [body: keyof typeof bodies, expression: string, whenTrue: boolean, whenFalse: boolean];

/** What blackbox_exporter's own tests hold of `fail_if_body_json_not_matches_cel` (up when true) and `fail_if_body_json_matches_cel` (up when false). */
const judged: readonly Judged[] = [
  ["object", "body.state.db == 'down'", true, false],
  ["object", "body.state.db == 'up'", false, true],
  ["object", "body.state.db", false, false],
  ["object", "body.state.cache == 'up'", false, false],
  ["empty", "body.state.db == 'up'", false, false],
  ["empty", "!has(body.state)", true, false],
  ["text", "body == 'down'", true, false],
  ["list", "body[1] == 'down'", true, false],
  ["list", "body[5] == 'down'", false, false],
  ["boolean", "body", true, false],
  ["emoji", "body.state.db == '🔥'", true, false],
  ["emoji", "body.state.db == '💧'", false, true],
  ["nothing", "body.state.db == 'up'", false, false],
  ["words", "body.state.db == 'up'", false, false],
  ["flames", "body.state.db == 'up'", false, false],
];

describe("probes/http by CEL", () => {
  it.each(judged)("judges the body %s by %s as blackbox_exporter does", async (name, source, whenTrue, whenFalse) => {
    const url = `http://127.0.0.1:${site.port}/${name}`;

    const wanted = await runHttpProbe(url, { expect: { cel: [source] } });
    const unwanted = await runHttpProbe(url, { expect: { not_cel: [source] } });

    expect([wanted, unwanted].map(({ verdict }) => verdict === "up")).toEqual([whenTrue, whenFalse]);
    expect([wanted, unwanted].map((result) => sampleOf(result, "probe_failed_due_to_cel"))).toEqual([
      Number(!whenTrue),
      Number(!whenFalse),
    ]);
    expect(sampleOf(wanted, "probe_http_uncompressed_body_length")).toBe(Buffer.byteLength(bodies[name]));
  });
});
