import { request } from "node:https";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { identities, rootPem } from "../../../test/support/samples/certificates.ts";
import { JoinedClient, type JoinedServer, startJoined } from "../../../test/support/worlds/joined-client.ts";

let server: JoinedServer;
/** Ends the probes of held targets. */
let answers: (() => void)[] = [];

async function probe(query: URLSearchParams) {
  if (query.has("held")) await new Promise<void>((resolve) => answers.push(resolve));
  const body = `of ${query.get("target")}\n`.repeat(query.has("long") ? 20_000 : 1);
  return { status: 200, contentType: "text/plain; charset=utf-8", body };
}

const scrape = (query: string): string => `GET /probe?${query} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

beforeEach(async () => {
  answers = [];
  server = await startJoined(probe);
});

afterEach(() => server.app.close());

describe("api/plain-reads held connections", () => {
  it("answers scrapes without Node, and from the first request that is not plain on through it", async () => {
    const client = new JoinedClient(server);

    for (const target of ["a", "b", "c"])
      expect(await client.send(scrape(`target=${target}`))).toContain(`of ${target}\n`);
    expect(server.asked).toEqual([]);
    expect(await client.send("HEAD /probe HTTP/1.1\r\nHost: localhost\r\n\r\n")).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(await client.send(scrape("target=d"))).toContain("of d\n");
    expect(server.asked).toHaveLength(2);
    client.destroy();
  });

  it("answers in their order requests that come before the answer to the one in front of them", async () => {
    const client = new JoinedClient(server);
    expect(await client.send(scrape("held&target=a"), scrape("target=b"), "GET /probe?targ", "et=c HTTP/1.1\r\n")).toBe(
      "",
    );

    answers[0]?.();

    expect(await client.send("Host: localhost\r\n\r\n")).toMatch(/of a\n[^]*of b\n[^]*of c\n$/);
    expect(server.asked).toHaveLength(2);
    client.destroy();
  });

  it("gives a connection on which nothing comes to Node, and closes one that is asked nothing more", async () => {
    const silent = new JoinedClient(server);
    const used = new JoinedClient(server);
    const busy = new JoinedClient(server);
    await used.send(scrape("target=a"));
    await busy.send(scrape("held"));
    const { clock } = server;

    await clock.advance(20_000);
    expect(await silent.send(scrape("target=b"))).toContain("of b\n");
    expect(server.asked).toHaveLength(1);
    expect(await used.send(scrape("target=b"))).toContain("of b\n");
    expect(server.asked).toHaveLength(1);
    await clock.advance(64_000);
    expect(used.socket.destroyed).toBe(false);
    await clock.advance(6000);
    expect([used.socket.destroyed, busy.socket.destroyed]).toEqual([true, false]);

    answers[0]?.();
    expect(await busy.send("")).toContain("of null\n");
    for (const client of [silent, busy]) client.destroy();
  });

  it("closes a connection after as many requests as one may bring", async () => {
    server.app.server.maxRequestsPerSocket = 2;
    const client = new JoinedClient(server);

    expect(await client.send(scrape("target=a"))).toContain(
      "Connection: keep-alive\r\nKeep-Alive: timeout=65, max=2\r\n",
    );
    expect(await client.send(scrape("target=b"))).toContain("Connection: close\r\n");
    expect(client.hasEnded).toBe(true);
  });

  it("closes with the server: at once what waits for a request, after its answer what is answered", async () => {
    const waiting = new JoinedClient(server);
    const busy = new JoinedClient(server);
    await waiting.send(scrape("target=a"));
    await busy.send(scrape("held"));

    await server.app.close();
    expect([waiting.socket.destroyed, busy.socket.destroyed]).toEqual([true, false]);
    answers[0]?.();

    expect(await busy.send("")).toMatch(/Connection: close\r\n\r\nof null\n$/);
    expect(busy.hasEnded).toBe(true);
  });

  it("is cut with the server's other connections", async () => {
    const client = new JoinedClient(server);
    await client.send(scrape("held"));

    server.app.server.closeAllConnections();

    expect(client.socket.destroyed).toBe(true);
    answers[0]?.();
    expect(await client.send("")).toBe("");
  });

  it("ends with the client, and bears the answer for who has ended", async () => {
    const ended = new JoinedClient(server);
    const asking = new JoinedClient(server);
    await asking.send(scrape("held"));
    for (const client of [ended, asking]) client.end();
    await ended.send("");

    answers[0]?.();

    expect(await asking.send("")).toBe("");
    expect([ended.hasEnded, asking.hasEnded]).toEqual([true, true]);
  });

  it("takes the next request as plain only when the reader has the whole answer before it", async () => {
    const client = new JoinedClient(server);
    client.pause();
    await client.send(scrape("long&target=a"), scrape("target=b"));
    client.resume();

    const said = await client.send("");
    expect(said.match(/of a\n/g)).toHaveLength(20_000);
    expect(said).toMatch(/of b\n$/);
    expect(server.asked).toHaveLength(1);
    client.destroy();
  });

  it("answers scrapes over TLS the same way", async () => {
    const { cert, key } = identities.good;
    const secured = await startJoined(probe, { identity: { cert, key, fingerprint: "a", expiresAtMs: 0 } });
    const said = await new Promise<string>((resolve, reject) => {
      const headers = { connection: "keep-alive" };
      request(new URL("/probe?target=a", secured.url), { ca: rootPem, headers, agent: false }, (answer) => {
        answer.setEncoding("utf8").on("data", resolve);
      })
        .on("error", reject)
        .end();
    });

    expect(said).toBe("of a\n");
    expect(secured.asked).toEqual([]);
    await secured.app.close();
  });
});
