import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { type Fault, serveFault } from "../../support/fault-server/fault-server.ts";
import { answer, faults, redirect } from "../../support/fault-server/faults.ts";
import { png } from "../../support/samples/sample-images.ts";
import { startNetworkRun } from "../../support/worlds/http-run.ts";
import { runInto, startSpeaker } from "./hostile-run.ts";
import { furtherHttpRows, type HttpRow, httpRows } from "./http-rows.ts";
import { httpSpeakers } from "./speakers.ts";

type Name = keyof typeof httpSpeakers;
const names = Object.keys(httpSpeakers) as readonly Name[];

/** Valid documents with a word of more than one byte in a character. */
const documents = {
  http: { type: "text/html; charset=utf-8", body: "<p>前面keyword后面</p>" },
  json: { type: "application/json", body: '{"status":"UP","城市":"上海"}' },
  scrape: { type: "text/plain; version=0.0.4", body: '# TYPE a gauge\na{city="上海"} 1\nb{c="上海"} 2\n' },
  images: { type: "text/html; charset=utf-8", body: "<h1>商城</h1><img src=/图.png>" },
  domain: {
    type: "application/rdap+json",
    body: '{"objectClassName":"domain","remarks":"上海","events":[{"eventAction":"expiration","eventDate":"2090-01-01T00:00:00Z"}]}',
  },
} as const satisfies Partial<Record<Name, unknown>>;

/** Sends the document in single bytes, and any image that it names at once. */
function byteByByte({ type, body }: Readonly<{ type: string; body: string }>): Fault {
  return (scene) => {
    if (scene.head.includes(".png ")) return answer(png(), ["content-type: image/png"])(scene);
    const { socket } = scene;
    const bytes = Buffer.from(body);
    socket.setNoDelay(true);
    socket.write(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${bytes.length}\r\n\r\n`);
    const next = (at: number): void => {
      if (at === bytes.length) return void socket.end();
      socket.write(bytes.subarray(at, at + 1), () => setImmediate(() => next(at + 1)));
    };
    next(0);
  };
}

describe.each(names)("hostile servers of HTTP: %s", (name) => {
  const speaker = httpSpeakers[name];

  it.each(Object.entries(httpRows) as readonly [keyof typeof faults, HttpRow][])(
    `%s comes to its reason for ${name}`,
    async (id, row) => {
      expect((await runInto(speaker, faults[id])).told).toBe(row[name] ?? row.all);
    },
  );

  it(`F14 takes a fresh connection for each run of ${name}`, async () => {
    const server = await serveFault(faults.F14);
    for (let round = 0; round < 2; round += 1) {
      await startSpeaker(speaker, { port: server.port }).outcome;
      await server.idle();
    }
    expect(server.connections()).toBe(2);
    await server.close();
  });

  it.each([
    ["what no charset decodes", Buffer.from("ok \u001b[2J\u0000\u202e\u2066 \xff\xfe\xc0\x80\xed\xa0\x80", "latin1")],
    ["UTF-16", Buffer.from("\ufeffkeyword\u001b\u202e\ud800", "utf16le")],
    ["escaped lone surrogates", Buffer.from('{"status":"\\ud800\\u001b\\u202e","a":"\\udc00"}')],
  ])(`F31 keeps nothing but clean text of %s in a result of ${name}`, async (_, body) => {
    // What the run must keep of its result is asked in `runInto`.
    const { told } = await runInto(speaker, answer(body, ["content-type: text/html; charset=gbk"]));

    expect(told).toMatch(/^(?:up|(?:down|unknown) \w+)$/);
  });
});

describe("hostile servers of HTTP", () => {
  it.each(furtherHttpRows.F32)("F32 %s reads a document that comes in single bytes", async (name) => {
    const { result } = await runInto(httpSpeakers[name], byteByByte(documents[name]));

    expect(result.verdict).toBe("up");
    expect(result.headline).toBeUndefined();
  });

  it.each(furtherHttpRows.F26)("F26 %s leaves credentials behind on the way to a stranger", async (name) => {
    const { kind, address } = httpSpeakers[name];
    const stranger = await serveFault(answer("there"));
    const server = await serveFault(redirect(`http://other.test:${stranger.port}/`));
    const options = { headers: { "X-Api-Key": "k1" }, auth: { kind: "basic", username: "u", password: "p" } };

    await startNetworkRun(kind, address("127.0.0.1", server.port), options).outcome;

    expect(server.requests[0]).toMatch(/authorization: Basic/i);
    expect(server.requests[0]).toContain("x-api-key: k1");
    expect(stranger.requests).toHaveLength(1);
    expect(stranger.requests[0]).not.toMatch(/authorization|api-key/i);
    await Promise.all([server.close(), stranger.close()]);
  });
});
