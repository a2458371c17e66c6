import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import {
  type FaultServer,
  type FaultServerOptions,
  serveFault,
} from "../../../test/support/fault-server/fault-server.ts";
import { answer, redirect } from "../../../test/support/fault-server/faults.ts";
import { certificatePath, identities, rootPath } from "../../../test/support/samples/certificates.ts";
import { loopbackIo, reasonsOf, runHttpProbe, sampleOf } from "../../../test/support/worlds/http-run.ts";
import { probeContext } from "../../../test/support/worlds/probe-harness.ts";
import { http } from "./http.ts";

const closing: (() => unknown)[] = [];

async function serve(fault: Parameters<typeof serveFault>[0], options?: FaultServerOptions): Promise<FaultServer> {
  const server = await serveFault(fault, options);
  closing.push(() => server.close());
  return server;
}

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

describe("probes/http", () => {
  it("is up with blackbox_exporter's series when all is well", async () => {
    const { port } = await serve(answer("hello", ["last-modified: Mon, 23 Nov 2026 00:00:00 GMT"]), {
      tls: identities.good,
    });

    const result = await runHttpProbe(`https://shop.test:${port}/a?b=c`, { tls: { ca: rootPath } });

    expect(result.verdict).toBe("up");
    expect(sampleOf(result, "probe_http_status_code")).toBe(200);
    expect(sampleOf(result, "probe_http_ssl")).toBe(1);
    expect(sampleOf(result, "probe_http_version")).toBe(1.1);
    expect(sampleOf(result, "probe_http_content_length")).toBe(5);
    expect(sampleOf(result, "probe_http_uncompressed_body_length")).toBe(5);
    expect(sampleOf(result, "probe_http_last_modified_timestamp_seconds")).toBe(Date.UTC(2026, 10, 23) / 1000);
    expect(sampleOf(result, "probe_tls_version_info", { version: "TLS 1.3" })).toBe(1);
    expect(sampleOf(result, "probe_ssl_last_chain_expiry_timestamp_seconds")).toBe(Date.UTC(2120, 0, 1) / 1000);
    expect(sampleOf(result, "probe_ssl_last_chain_info", { subject: "CN=shop.test" })).toBe(1);
    expect(sampleOf(result, "probe_http_duration_seconds", { phase: "tls" })).toBeGreaterThan(0);
    expect(Object.keys(result.phasesMs)).toEqual(["resolve", "connect", "tls", "processing", "transfer", "local"]);
  });

  it("is up with flaws when the certificate is near its end", async () => {
    const { port } = await serve(answer("ok"), { tls: identities.good });
    const threeDaysBefore = Date.UTC(2119, 11, 29);

    const result = await runHttpProbe(`https://shop.test:${port}/`, { tls: { ca: rootPath } }, threeDaysBefore);

    expect(result.verdict).toBe("up");
    expect(result.findings).toMatchObject([{ is: "flaw", severity: "critical", reason: "expiring" }]);
  });

  it("is down when the answer is older than it may be, and sends its token after the word that the server wants", async () => {
    const server = await serve(answer("ok", ["last-modified: Mon, 23 Nov 2026 00:00:00 GMT"]));
    const auth = { kind: "bearer", scheme: "Token", token: "t0p-s3cret" };
    const options = { auth, expect: { modified_within: "1h" } };

    const result = await runHttpProbe(`http://shop.test:${server.port}/`, options, Date.UTC(2026, 10, 23, 2));

    expect(reasonsOf(result)).toEqual(["down too_old"]);
    expect(server.requests[0]).toMatch(/^authorization: Token t0p-s3cret\r$/m);
  });

  it("says nothing of its credentials where the answer repeats them", async () => {
    const { port } = await serve(answer("no such token: t0p-s3cret, k3y-of-ours", [], "401 Unauthorized"));

    const result = await runHttpProbe(`http://127.0.0.1:${port}/`, {
      auth: { kind: "bearer", token: "t0p-s3cret" },
      headers: { "X-Api-Key": "k3y-of-ours" },
    });

    expect(result.evidence).toMatchObject({
      body: "no such token: <secret>, <secret>",
      quote: "no such token: <secret>, <secret>",
    });
  });

  it("is down with evidence that holds no secret when the answer is bad", async () => {
    const { port } = await serve(answer("sorry", ["set-cookie: session=s3cret"], "502 Bad Gateway"));

    const result = await runHttpProbe(`http://127.0.0.1:${port}/pay?token=s3cret`, {
      auth: { kind: "basic", username: "u", password: "s3cret" },
    });

    expect(reasonsOf(result)).toEqual(["down status"]);
    expect(result.evidence).toMatchObject({
      status_line: "HTTP/1.1 502 Bad Gateway",
      body: "sorry",
      quote: "sorry",
      remote: "127.0.0.1",
    });
    expect(JSON.stringify(result)).not.toContain("s3cret");
  });

  it.each([
    [{ ca: "/nowhere/ca.pem" }, "unknown file_missing"],
    [{ ca: import.meta.filename }, "unknown parse"],
    [{ ca: rootPath, certificate: certificatePath("client"), key: certificatePath("good.key") }, "unknown parse"],
  ])("is unknown when its own files %j do not fit", async (tls, reason) => {
    const { port } = await serve(answer("ok"), { tls: identities.good });

    expect(reasonsOf(await runHttpProbe(`https://shop.test:${port}/`, { tls }))).toEqual([reason]);
  });

  it("accepts any certificate when told so, and still warns about it", async () => {
    const { port } = await serve(answer("ok"), { tls: identities.expired });

    const result = await runHttpProbe(`https://shop.test:${port}/`, { tls: { ca: rootPath, verify: false } });

    expect(result.verdict).toBe("up");
    expect(reasonsOf(result)).toEqual(["flaw expiring"]);
    expect(sampleOf(result, "probe_ssl_last_chain_expiry_timestamp_seconds")).toBeUndefined();
  });

  it("dials a fixed address and keeps the name in Host and TLS", async () => {
    const server = await serve(answer("ok"), { tls: identities.good });

    const result = await runHttpProbe("https://www.shop.test/x", {
      connect_to: `127.0.0.1:${server.port}`,
      tls: { ca: rootPath },
    });

    expect(result.verdict).toBe("up");
    expect(server.requests[0]).toContain("host: www.shop.test\r\n");
  });

  it("asks for compression only when told, and unpacks what comes", async () => {
    const server = await serve(answer(gzipSync("packed keyword"), ["content-encoding: gzip"]));
    const expectation = { expect: { contains: ["keyword"] } };

    const without = await runHttpProbe(`http://127.0.0.1:${server.port}/`, expectation);
    const asked = await runHttpProbe(`http://127.0.0.1:${server.port}/`, { ...expectation, compression: "any" });

    expect([without.verdict, asked.verdict]).toEqual(["up", "up"]);
    expect(server.requests[0]).not.toMatch(/accept-encoding/i);
    expect(server.requests[1]).toContain("accept-encoding: gzip, deflate, br\r\n");
  });

  it.each([
    ["gzip", ["content-encoding: GZIP"], []],
    ["any", ["content-encoding: gzip"], []],
    ["br", ["content-encoding: gzip"], ['the body has the coding "gzip", expected br']],
    ["any", [], ["the body is not compressed, expected gzip, br or deflate"]],
  ])("expects the body to come as %s with %j", async (compression, headers, details) => {
    const { port } = await serve(answer(gzipSync("packed"), headers));

    const result = await runHttpProbe(`http://127.0.0.1:${port}/`, { compression, expect: { compression } });

    expect(result.findings.map(({ detail }) => detail)).toEqual(details);
    expect(result.verdict).toBe(details.length === 0 ? "up" : "down");
  });

  it.each([
    [{ expect: { compression: "gzip" } }, ["expect.compression"]],
    [{ headers: { "Accept-Encoding": "gzip" }, expect: { compression: "gzip" } }, []],
    [{ steps: [{ name: "a", expect: { compression: "br" } }] }, ["steps.0.expect.compression"]],
    [{ steps: [{ name: "a", headers: { "accept-encoding": "br" }, expect: { compression: "br" } }] }, []],
  ])("refuses to expect a compression that it does not ask for: %j", (options, paths) => {
    const issues = http.options.safeParse(options).error?.issues ?? [];

    expect(issues.map(({ path }) => path.join("."))).toEqual(paths);
    expect(issues.every(({ message }) => message === "nobody compresses unasked: set compression, too")).toBe(true);
  });

  it.each(["204 No Content", "304 Not Modified"])("knows that %s has a body of no length", async (status) => {
    const { port } = await serve(({ socket }) => void socket.end(`HTTP/1.1 ${status}\r\n\r\n`));

    const result = await runHttpProbe(`http://127.0.0.1:${port}/`);

    expect(sampleOf(result, "probe_http_content_length")).toBe(0);
  });

  it("sends method, body and headers, and becomes GET after 303", async () => {
    const server = await serve((scene) =>
      scene.head.startsWith("POST") ? redirect("/done", "303 See Other")(scene) : answer("done")(scene),
    );

    const result = await runHttpProbe(`http://127.0.0.1:${server.port}/`, {
      method: "POST",
      body: "a=1",
      headers: { "Content-Type": "application/x-www-form-urlencoded", "User-Agent": "me" },
    });

    expect(result.verdict).toBe("up");
    expect(server.requests[0]).toMatch(/user-agent: me\r\n[\s\S]*content-length: 3\r\n/i);
    expect(server.requests[1]).toMatch(/^GET \/done/);
  });

  it("judges a redirect as the answer when it shall not follow", async () => {
    const server = await serve(redirect("/elsewhere"));

    const result = await runHttpProbe(`http://127.0.0.1:${server.port}/`, {
      follow_redirects: false,
      expect: { status: [302], headers: { location: { equals: "/elsewhere" } } },
    });

    expect(result.verdict).toBe("up");
    expect(server.requests.length).toBe(1);
  });

  it("sends no body to another host", async () => {
    const server = await serve(redirect("http://other.test:1/", "307 Temporary Redirect"));

    const result = await runHttpProbe(`http://127.0.0.1:${server.port}/`, { method: "POST", body: "x" });

    expect(reasonsOf(result)).toEqual(["down redirects"]);
  });

  it.each([
    [["status == 200 && body.n > 1", "headers['x-a'] == '1, 2'"], [], [], 0],
    [["body.n == 3"], [], ["down assertion"], 1],
    [[], ["body.n == 2"], ["down assertion"], 1],
    [["body.none == 1"], [], ["down assertion"], 1],
    [["body.n"], [], ["down assertion"], 1],
  ])("judges the answer by CEL: %j, not %j", async (cel, not_cel, reasons, failed) => {
    const { port } = await serve(answer('{"n":2}', ["x-a: 1", "X-A: 2"]));

    const result = await runHttpProbe(`http://127.0.0.1:${port}/`, { expect: { cel, not_cel } });

    expect(reasonsOf(result)).toEqual(reasons);
    expect(sampleOf(result, "probe_failed_due_to_cel")).toBe(failed);
  });

  it("asks for JSON only where an expression of CEL reads the body, and has no series where there is none", async () => {
    const { port } = await serve(answer("hello"));
    const run = (cel: readonly string[]) => runHttpProbe(`http://127.0.0.1:${port}/`, { expect: { cel } });
    const results = [await run(["status < 300"]), await run(["body.n == 1"]), await run([])];

    expect(results.map(reasonsOf)).toEqual([[], ["down json"], []]);
    expect(results.map((each) => sampleOf(each, "probe_failed_due_to_cel"))).toEqual([0, 1, undefined]);
  });

  it("marks a failed pattern for Prometheus", async () => {
    const { port } = await serve(answer("hello"));

    const result = await runHttpProbe(`http://127.0.0.1:${port}/`, { expect: { not_matches: ["h.llo"] } });

    expect(reasonsOf(result)).toEqual(["down keyword"]);
    expect(sampleOf(result, "probe_failed_due_to_regex")).toBe(1);
  });

  it("hands on what the resolver found", async () => {
    const finding = { is: "down", reason: "dns_nxdomain", detail: "no such name" } as const;
    const io = {
      ...loopbackIo,
      ...ports(),
      resolver: { resolve: () => Promise.resolve({ ok: false, finding } as const) },
    };

    const observed = await http.open({}, io).run(probeContext({ address: "http://nowhere.test/" }));

    expect(observed.findings).toEqual([finding]);
    expect(observed.samples.flatMap(({ labels }) => labels["phase"] ?? [])).toEqual(["resolve"]);
  });

  it.each([
    ["https://user:pw@shop.test/", "auth"],
    ["ftp://shop.test/", "https://"],
    ["shop.test", "https://"],
  ])("refuses the address %s and says what to write", (address, hint) => {
    expect(() => http.locate(address)).toThrow(hint);
    expect(() => http.locate(address)).not.toThrow("pw@");
  });

  it.each([
    [{ methd: "GET" }],
    [{ body: "x" }],
    [{ tls: { certificate: "/a" } }],
    [{ headers: { "a b": "c" } }],
    [{ headers: { "Transfer-Encoding": "chunked" } }],
    [{ headers: { a: "b\r\nc: d" } }],
    [{ expect: { status: ["300-200"] } }],
    [{ expect: { matches: ["(?=a)"] } }],
    [{ body_limit: "65MiB" }],
    [{ max_redirects: 11 }],
    [{ proxy: "http://u:p@proxy:3128" }],
  ])("refuses the options %j", (options) => {
    expect(http.options.safeParse(options).success).toBe(false);
  });
});

function ports(): Pick<typeof loopbackIo, "monotonicMs" | "http"> {
  return { monotonicMs: () => loopbackIo.monotonicMs(), http: loopbackIo.http };
}
