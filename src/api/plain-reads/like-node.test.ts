import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JoinedClient, type JoinedServer, startJoined } from "../../../test/support/worlds/joined-client.ts";

let server: JoinedServer;

beforeAll(async () => {
  server = await startJoined(async (query) => {
    if (query.has("broken")) throw new Error("broken");
    const body = `of ${query.get("target")} 商品\n`.repeat(query.has("long") ? 20_000 : 1);
    return { status: Number(query.get("status") ?? 200), contentType: "text/plain; charset=utf-8", body };
  });
});

afterAll(() => server.app.close());

const mostly = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const method = mostly("GET ", "HEAD ", "POST ", "get ", "GET  ", "");
const version = mostly(" HTTP/1.1", " HTTP/1.0", " HTTP/2.0", " http/1.1", "");
const host = mostly("Host: localhost", "Host: 127.0.0.1:9797", "Host: evil.test", "Host:", "");
const path = mostly(
  "/probe?target=a%3A1&module=tcp",
  "/probe",
  "/probe?long",
  "/probe?broken",
  "/probe?status=404",
  "/probe?status=400",
  "/probe?status=503",
  "/probe?target=%zz&+",
  "/probe?a#b",
  "/probe?a b",
  "/probe/",
  "//probe",
  "/pr%6fbe",
  "/probe?\xe4",
  "/probe?<>",
  "/-/ready",
  "/nowhere",
  "*",
  "http://localhost/probe?target=b",
);
const plainHeader = fc.constantFrom(
  "User-Agent: Prometheus/2.42.0",
  "Accept: */*;q=0.1,text/plain",
  "Accept-Encoding: gzip",
  "X-Empty:",
  "X-Prometheus-Scrape-Timeout-Seconds: 10",
  "Connection: keep-alive",
  "Authorization:Bearer x",
  "X: \t a \t ",
);
const oddHeader = fc.constantFrom(
  "Connection: close",
  "connection: Upgrade",
  "Upgrade: websocket",
  "Expect: 100-continue",
  "Keep-Alive: 5",
  "Content-Length: 0",
  "Content-Length: 2",
  "content-length: -1",
  "Transfer-Encoding: chunked",
  "Trailer: a",
  "Content-Encoding: gzip",
  "Host: localhost",
  "Host: evil.test",
  "TE: trailers",
  " folded: 1",
  "no colon",
  "Name : 1",
  "x_under: 1",
  "X-\x00: 1",
  "X: \x00",
  "X-Latin: \xe4",
  ": 1",
  "X: a\rb",
  `X-Long: ${"x".repeat(5000)}`,
  `X-Longer: ${"x".repeat(20_000)}`,
);
const request = fc
  .tuple(
    fc.tuple(method, path, version).map((parts) => parts.join("")),
    host,
    fc.array(fc.oneof(plainHeader, oddHeader), { maxLength: 4 }),
    mostly("\r\n", "\n", "\r"),
    mostly("", "hi", "0\r\n\r\n", "\r\n"),
  )
  .map(([line, named, headers, end, body]) => [line, named, ...headers, "", ""].join(end) + body);
const damage = fc.record({ at: fc.nat(400), cut: fc.nat(3), bytes: fc.uint8Array({ maxLength: 1 }) });
const conversation = fc
  .tuple(fc.array(request, { minLength: 1, maxLength: 3 }), fc.option(damage, { freq: 3, nil: undefined }))
  .map(([requests, damaged]) => {
    const sound = Buffer.from(requests.join(""), "latin1");
    if (damaged === undefined) return sound;
    const { at, cut, bytes } = damaged;
    return Buffer.concat([sound.subarray(0, at), bytes, sound.subarray(at + cut)]);
  });

describe("api/plain-reads like Node", () => {
  it("answers byte for byte what Node's server and fastify answer, whatever comes and however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(conversation, fc.array(fc.nat(300), { maxLength: 2 }), async (bytes, cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b)];
        const chunks = places.map((from, index) => bytes.subarray(from, places[index + 1]));
        const ours = new JoinedClient(server);
        const nodes = new JoinedClient(server);
        // What is not plain makes a connection Node's for good.
        await nodes.send("HEAD /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n");

        expect(await ours.send(...chunks)).toBe(await nodes.send(...chunks));
        expect(ours.hasEnded).toBe(nodes.hasEnded);
        ours.destroy();
        nodes.destroy();
      }),
      { numRuns: 300 },
    );
  });
});
