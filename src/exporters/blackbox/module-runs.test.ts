import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import { http } from "../../probes/http/http.ts";
import { probeKinds } from "../../probes/index.ts";
import { loadModules } from "./load-modules.ts";

let url = "";
let asked: string[] = [];
const server = createServer((request, response) => {
  const { authorization = "" } = request.headers;
  asked.push(`${request.url} ${authorization}`);
  if (request.url !== "/token")
    return void response.end(authorization === "Bearer t1" ? '{"jobs":[{"ok":true}]}' : "{}");
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    // Like many, it takes id and secret in the body only.
    const isKnown =
      body.includes("client_secret=s3cret") && body.includes("audience=shop") && body.includes("scope=a+b");
    response.writeHead(isKnown ? 200 : 401).end(isKnown ? '{"access_token":"t1"}' : '{"error":"invalid_client"}');
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Runs the http module as the door would. */
async function run(section: string): Promise<Result> {
  const text = `modules:\n  m:\n    prober: http\n    http: ${section}\n`;
  const loaded = loadModules({ text, kinds: probeKinds, fileText: () => "s3cret\n" });
  if (!loaded.ok) throw new Error(loaded.error);
  const options = loaded.modules[0]?.options ?? {};
  return (await startNetworkRun(http, `${url}/page`, options).outcome).result;
}

describe("exporters/blackbox/module-runs", () => {
  it("probes with a token that the module's client gets, wherever the endpoint wants id and secret", async () => {
    const result = await run(
      `{ oauth2: { client_id: me, client_secret_file: /run/s, token_url: "${url}/token", scopes: [a, b], endpoint_params: { audience: shop } }, fail_if_body_json_not_matches_cel: "body.jobs.all(x, x.ok)" }`,
    );

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up"]);
    expect(asked).toEqual([`/token Basic ${btoa("me:s3cret")}`, "/token ", "/page Bearer t1"]);
  });

  it.each([
    ["fail_if_body_json_matches_cel: 'size(body) == 0'", 1],
    ["fail_if_body_json_matches_cel: 'size(body) == 1'", 0],
    ["fail_if_body_json_not_matches_cel: 'size(body) == 0'", 0],
    ["fail_if_body_json_not_matches_cel: 'size(body) == 1'", 1],
    ["fail_if_body_json_not_matches_cel: 'body.none'", 1],
  ])("fails as %s says", async (key, failed) => {
    const result = await run(`{ ${key} }`);

    expect([result.verdict === "up", sampleOf(result, "probe_failed_due_to_cel")]).toEqual([failed === 0, failed]);
  });
});
