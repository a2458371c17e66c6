import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { rdapAnswers } from "../../../test/support/servers/rdap-answers.ts";
import {
  answers,
  closeRegistries,
  dayMs,
  look,
  nowMs,
  rdap,
  serveRdap,
} from "../../../test/support/servers/registries.ts";
import { reasonsOf, sampleOf } from "../../../test/support/worlds/http-run.ts";
import { readRdap } from "./read-rdap.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

afterEach(closeRegistries);

describe("probes/domain by RDAP", () => {
  it("is up far from the end, and shows what the registry says", async () => {
    const asked: string[] = [];
    const server = await serveRdap((request, response) => {
      asked.push(`${request.url} ${request.headers.accept}`);
      answers(rdap(300))(request, response);
    });

    const result = await look({ rdap_server: server, lookup: "rdap" });

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up"]);
    expect(asked).toEqual(["/rdap/domain/example.com application/rdap+json, application/json;q=0.9"]);
    expect(sampleOf(result, "probe_domain_expiry_timestamp_seconds")).toBe((nowMs + 300 * dayMs) / 1000);
    expect(sampleOf(result, "probe_domain_expiry_published")).toBe(1);
    expect(sampleOf(result, "probe_domain_lookup_info", { source: "rdap" })).toBe(1);
    expect(sampleOf(result, "probe_domain_registrar_info", { registrar: "Registrar Ltd" })).toBe(1);
    expect(sampleOf(result, "probe_domain_status_info", { status: "clienttransferprohibited" })).toBe(1);
    expect(sampleOf(result, "probe_domain_name_servers")).toBe(2);
    expect(result.memory).toMatchObject({ source: "rdap", nameServers: ["a.iana-servers.net", "b.iana-servers.net"] });
  });

  it.each([
    [29, {}, "warning"],
    [6, {}, "critical"],
    [-2, {}, "critical"],
    [50, { warning: "60d" }, "warning"],
    [20, { warning: "10d" }, undefined],
  ])("with %d days left and %j the flaw is %s", async (days, limits, severity) => {
    const result = await look({ rdap_server: await serveRdap(answers(rdap(days))), lookup: "rdap", ...limits });

    expect(result.verdict).toBe("up");
    expect(result.findings).toMatchObject(severity === undefined ? [] : [{ reason: "expiring", severity }]);
  });

  it.each([
    ["client hold", ["down registry_hold"]],
    ["server hold", ["down registry_hold"]],
    ["redemption period", ["down registry_hold"]],
    ["pending delete", ["down registry_hold"]],
    ["pending transfer", ["flaw registry_hold"]],
    ["inactive", ["flaw registry_hold"]],
    ["server update prohibited", []],
  ])("the status %s gives %j", async (status, reasons) => {
    const server = await serveRdap(answers(rdap(300, { status: [status] })));

    expect(reasonsOf(await look({ rdap_server: server, lookup: "rdap" }))).toEqual(reasons);
  });

  it("tells new name servers and another registrar once, or until they are the wanted ones", async () => {
    const server = await serveRdap(answers(rdap(300)));
    const memory = { seenAtMs: nowMs - dayMs, source: "rdap", registrar: "Other Inc", nameServers: ["ns1.old.test"] };
    const options = { rdap_server: server, lookup: "rdap" };

    const first = await look(options, memory);
    const second = await look(options, first.memory);
    const wanted = await look({ ...options, name_servers: ["ns1.shop.test"], registrar: "other" }, first.memory);
    const right = await look({
      ...options,
      name_servers: ["A.iana-servers.net", "b.iana-servers.net."],
      registrar: "registrar",
    });

    expect([first, second, wanted, right].map(reasonsOf)).toEqual([
      ["flaw changed", "flaw changed"],
      [],
      ["flaw changed", "flaw changed"],
      [],
    ]);
    expect(first.findings[0]?.detail).toBe(
      "the name servers were ns1.old.test and now are a.iana-servers.net, b.iana-servers.net",
    );
  });

  it.each(rdapAnswers.map((given) => [given.name, given.origin, given] as const))(
    "reads %s as a registry answered (%s)",
    (_name, _origin, given) => {
      const answer = readRdap(JSON.stringify(given.body));

      expect(answer.kind === "date" ? new Date(answer.expiresMs).toISOString() : answer).toEqual(
        given.expires === "parse" ? expect.objectContaining({ kind: "failed", reason: "parse" }) : given.expires,
      );
      if (!("registration" in answer)) return;
      expect(answer.registration.registrar).toBe(given.registrar);
      expect(answer.registration.nameServers).toHaveLength(given.servers ?? 0);
      expect(answer.registration.statuses).toEqual(given.statuses);
    },
  );

  it.each<readonly [string, Handler, string]>([
    ["404", answers({ errorCode: 404 }, 404), "lookup_failed"],
    ["429", answers({ errorCode: 429 }, 429), "rate_limited"],
    ["500", answers("oops", 500), "lookup_failed"],
    ["HTML", answers("<html>"), "parse"],
    ["another object", answers({ objectClassName: "error" }), "parse"],
    ["a date that is none", answers(rdap(1, { events: [{ eventAction: "expiration", eventDate: "soon" }] })), "parse"],
    ["arrays in arrays", answers("[".repeat(200_000) + "]".repeat(200_000)), "parse"],
    ["objects in objects", answers('{"a":'.repeat(50_000) + "1" + "}".repeat(50_000)), "parse"],
    ["10 MB", answers(`{"a":"${"x".repeat(10 * 1024 ** 2)}"}`), "parse"],
    [
      "a redirect loop",
      (request, response) => void response.writeHead(302, { location: request.url }).end(),
      "lookup_failed",
    ],
    [
      "a redirect to a file",
      (_, response) => void response.writeHead(302, { location: "file:///etc/passwd" }).end(),
      "lookup_failed",
    ],
  ])("F35 F52 is unknown for %s, and keeps the last date with its age", async (_, handle, reason) => {
    const memory = { expiresMs: nowMs + 20 * dayMs, seenAtMs: nowMs - dayMs, source: "rdap", nameServers: [] };

    const result = await look({ rdap_server: await serveRdap(handle), lookup: "rdap" }, memory);

    expect(result.verdict).toBe("unknown");
    expect(reasonsOf(result)).toEqual([`unknown ${reason}`, "flaw expiring"]);
    expect(result.headline?.detail).toContain("the last known end is 2026-12-16, as told 1d ago");
    expect(result.samples).toEqual([]);
    expect(result.memory).toEqual(memory);
  });

  it("F52 reads notices that are no list, and follows three redirects", async () => {
    let hops = 0;
    const server = await serveRdap((request, response) => {
      hops += 1;
      if (hops <= 3) response.writeHead(302, { location: `/rdap/other${hops}` }).end();
      else answers(rdap(300, { notices: { title: "x" } }))(request, response);
    });

    expect((await look({ rdap_server: server, lookup: "rdap" })).verdict).toBe("up");
  });

  it("F52 says that no date is published when there is no event for it", async () => {
    const server = await serveRdap(answers(rdap(1, { events: [] })));

    const result = await look({ rdap_server: server, lookup: "rdap" });

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up"]);
    expect(sampleOf(result, "probe_domain_expiry_published")).toBe(0);
    expect(sampleOf(result, "probe_domain_expiry_timestamp_seconds")).toBeUndefined();
  });

  it("fetches the list of servers, keeps it, and takes the bundled one when it cannot be had", async () => {
    const server = await serveRdap(answers(rdap(300)));
    let fetched = 0;
    const list = await serveRdap((request, response) => {
      fetched += 1;
      answers({ version: "1.0", services: [[["Com"], ["ftp://x", server]], "broken", [[1], []]] })(request, response);
    });

    const results = [await look({ bootstrap: list, lookup: "rdap" }), await look({ bootstrap: list, lookup: "rdap" })];

    expect(results.map(({ verdict }) => verdict)).toEqual(["up", "up"]);
    expect(fetched).toBe(1);
    const broken = await serveRdap(answers("nothing"));
    expect(reasonsOf(await look({ bootstrap: broken, lookup: "rdap" }, undefined, "shop.internal"))).toEqual([
      "unknown lookup_failed",
    ]);
  });

  it("never throws, whatever JSON comes", () => {
    for (const text of [
      "null",
      "[]",
      "1",
      '{"events":{}}',
      '{"objectClassName":"domain","entities":[null,1],"status":[{}],"nameservers":[[]]}',
    ]) {
      expect(["failed", "not_published"]).toContain(readRdap(text).kind);
    }
  });
});
