import { afterEach, describe, expect, it } from "vitest";
import { serveFault } from "../support/fault-server/fault-server.ts";
import { answer, faults, redirect } from "../support/fault-server/faults.ts";
import { closeServers, keyword, probe, probeUntilStalled, reasonOf, serve } from "../support/worlds/fault-run.ts";
import { reasonsOf, runHttpProbe, sampleOf } from "../support/worlds/http-run.ts";

afterEach(closeServers);

describe("http faults", () => {
  it("F10 asks an IPv6 literal and keeps it in the Host header", async () => {
    const server = await serve(answer("ok"), { host: "::1" });

    const result = await runHttpProbe(`http://[::1]:${server.port}/`);

    expect(result.verdict).toBe("up");
    expect(server.requests[0]).toContain(`host: [::1]:${server.port}\r\n`);
    expect(sampleOf(result, "probe_ip_protocol")).toBe(6);
  });

  it("F11 reports refused when the port is closed", async () => {
    const server = await serveFault(answer("ok"));
    await server.close();

    const result = await runHttpProbe(`http://127.0.0.1:${server.port}/`);

    expect(reasonsOf(result)).toEqual(["down refused"]);
  });

  it("F12 reports ttfb_timeout when the server accepts and stays silent, and closes the connection", async () => {
    const server = await serve(faults["F12 silent"]);

    const result = await probeUntilStalled(server, `http://127.0.0.1:${server.port}/`);

    expect(reasonOf(result)).toBe("ttfb_timeout");
    expect(result.phasesMs.transfer).toBeUndefined();
  });

  it("F12 reports reset when the server closes without an answer", async () => {
    expect(reasonsOf(await probe(faults["F12 closed"]))).toEqual(["down reset"]);
  });

  it("F13 reports reset in the body, and a partial body never matches", async () => {
    const result = await probe(faults.F13, keyword);

    expect(reasonsOf(result)).toEqual(["down reset"]);
    expect(result.headline).toMatchObject({ phase: "transfer" });
  });

  it("F14 takes a fresh connection for each run", async () => {
    const server = await serve(faults.F14);

    const first = await runHttpProbe(`http://127.0.0.1:${server.port}/`);
    const second = await runHttpProbe(`http://127.0.0.1:${server.port}/`);

    expect([first.verdict, second.verdict, server.connections()]).toEqual(["up", "up", 2]);
  });

  it.each([
    ["F20", "ttfb_timeout"],
    ["F21", "body_timeout"],
    ["F30 early hints", "ttfb_timeout"],
    ["F30 continue", "ttfb_timeout"],
  ] as const)("%s ends at the deadline with %s however much drips in", async (id, reason) => {
    const server = await serve(faults[id]);

    const result = await probeUntilStalled(server, `http://127.0.0.1:${server.port}/`);

    expect(reasonOf(result)).toBe(reason);
  });

  it("F22 stops an endless body at the cap and judges what came", async () => {
    const result = await probe(faults.F22, { ...keyword, body_limit: "256KiB" });

    expect(result.verdict).toBe("up");
    expect(sampleOf(result, "probe_http_uncompressed_body_length")).toBe(256 * 1024);
  });

  it.each([
    ["F23 gzip", "body_too_large"],
    ["F23 br", "body_too_large"],
    ["F24 many", "protocol"],
    ["F27", "header_overflow"],
    ["F28 CL+TE", "protocol"],
    ["F28 bare LF", "protocol"],
    ["F28 HTTP/0.9", "protocol"],
    ["F28 SSH", "protocol"],
    ["F29", "truncated"],
    ["F37", "protocol"],
    ["F25 loop", "redirects"],
    ["F25 empty", "redirects"],
    ["F25 javascript", "redirects"],
    ["F25 file", "redirects"],
  ] as const)("%s reports %s", async (id, reason) => {
    expect(reasonsOf(await probe(faults[id], keyword))).toEqual([`down ${reason}`]);
  });

  it("F24 takes a body with an unknown coding as it is", async () => {
    expect((await probe(faults["F24 unknown"], keyword)).verdict).toBe("up");
  });

  it("F25 follows a relative redirect and counts it", async () => {
    const server = await serve(faults["F25 relative"]);

    const result = await runHttpProbe(`http://127.0.0.1:${server.port}/a/start`, { expect: { contains: ["arrived"] } });

    expect(result.verdict).toBe("up");
    expect(server.requests[1]).toMatch(/^GET \/b\?c=d HTTP/);
    expect(sampleOf(result, "probe_http_redirects")).toBe(1);
  });

  it("F25 stops a chain at max_redirects", async () => {
    const server = await serve(faults["F25 loop"]);

    const result = await runHttpProbe(`http://127.0.0.1:${server.port}/`, { max_redirects: 2 });

    expect(reasonsOf(result)).toEqual(["down redirects"]);
    expect(server.requests.length).toBe(3);
  });

  it("F26 drops credentials, cookies and own headers on the way to another origin", async () => {
    const other = await serve(answer("there"));
    const server = await serve((scene) => {
      if (scene.head.startsWith("GET /start")) {
        return answer("", ["location: /next", "set-cookie: session=1"], "302 Found")(scene);
      }
      return redirect(`http://other.test:${other.port}/`)(scene);
    });

    await runHttpProbe(`http://127.0.0.1:${server.port}/start`, {
      headers: { "X-Api-Key": "k1" },
      auth: { kind: "bearer", token: "t1" },
    });

    expect(server.requests[1]).toMatch(
      /authorization: Bearer t1[\s\S]*cookie: session=1|cookie: session=1[\s\S]*Bearer t1/i,
    );
    expect(server.requests[1]).toContain("x-api-key: k1");
    expect(other.requests[0]).not.toMatch(/authorization|cookie|api-key/i);
  });

  it("F28 shows the first bytes of an answer that is no HTTP, escaped", async () => {
    const result = await probe(faults["F28 SSH"]);

    expect(result.headline?.detail).toContain("SSH-2.0-OpenSSH_9.6\\r\\n\\x1b[31m");
  });

  it.each([
    ["UTF-16 with BOM", Buffer.from("\ufeff<p>库存</p>", "utf16le"), "text/html"],
    ["UTF-8 with BOM under a wrong header", Buffer.from("\ufeff<p>库存</p>"), "text/html; charset=gbk"],
    [
      "GBK under a wrong header",
      Buffer.from([0x3c, 0x70, 0x3e, 0xbf, 0xe2, 0xb4, 0xe6]),
      "text/html; charset=iso-8859-1",
    ],
    ["UTF-8 with NULs", Buffer.from("\u0000库存\u0000"), "text/html"],
  ])("F31 finds a keyword in %s", async (_, body, type) => {
    const result = await probe(answer(body, [`content-type: ${type}`]), { expect: { contains: ["库存"] } });

    expect(result.verdict).toBe("up");
  });

  it("F31 keeps evidence of broken bytes as well-formed text", async () => {
    const body = Buffer.concat([Buffer.from("ok \u001b[2J"), Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80])]);

    const result = await probe(answer(body), keyword);

    const evidence = JSON.stringify(result.evidence);
    expect(evidence.isWellFormed()).toBe(true);
    expect(evidence).not.toContain("\u001b");
  });

  it("F32 finds a keyword that is split across chunks and inside a character", async () => {
    expect((await probe(faults.F32, { expect: { contains: ["加入购物车"] } })).verdict).toBe("up");
  });
});
