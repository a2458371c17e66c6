import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { reasonsOf, runHttpProbe, startHttpRun } from "../../../test/support/worlds/http-run.ts";
import { optionsSchema } from "./options.ts";

type Seen = Readonly<{ method: string; url: string; headers: IncomingMessage["headers"]; body: string }>;
type Answer = (request: Seen, response: ServerResponse) => void;

const closing: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function serve(answer: Answer): Promise<Readonly<{ url: string; seen: readonly Seen[] }>> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      seen.push({ method, url, headers, body });
      answer({ method, url, headers, body }, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** A shop whose basket needs the session's cookie, a form's token, and the id that the order was given. */
const shop: Answer = ({ method, url, headers, body }, response) => {
  const isIn = headers.cookie === "sid=c00kie-value";
  if (url === "/login" && method === "GET") return void response.end('<input name="csrf" value="t0ken/+value">');
  if (url === "/login" && body === "csrf=t0ken%2F%2Bvalue&password=p%26ss-w0rd") {
    response.setHeader("set-cookie", "sid=c00kie-value; HttpOnly");
    return void response.writeHead(303, { location: "/account" }).end();
  }
  if (url === "/account" && isIn) return void response.end("welcome");
  if (url === "/orders" && isIn && method === "POST") {
    response.writeHead(201, { location: "/orders/42", "x-request": "r-77777" });
    return void response.end(JSON.stringify({ order: { id: 42, note: JSON.parse(body).note } }));
  }
  if (url.startsWith("/orders/42") && isIn) return void response.end(`order 42 ${String(headers["x-request"])}`);
  response.writeHead(403).end("not you: c00kie-value t0ken/+value");
};

const login = [
  {
    name: "form",
    url: "/login",
    extract: { csrf: { kind: "pattern", pattern: 'name="csrf" value="([^"]+)"' } },
  },
  {
    name: "login",
    url: "/login",
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: "csrf={{csrf}}&password={{password}}",
    expect: { contains: ["welcome"] },
  },
];
const order = [
  {
    name: "order",
    url: "/orders",
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: '{"note": "{{note}}"}',
    expect: { status: [201] },
    extract: {
      id: { kind: "json", path: "$.order.id" },
      note_back: { kind: "json", path: "$.order.note" },
      place: { kind: "header", name: "Location" },
      request: { kind: "header", name: "X-Request" },
    },
  },
  {
    name: "see",
    url: "{{place}}?id={{id}}",
    headers: { "X-Request": "{{request}}" },
    expect: { contains: ["r-77777"] },
  },
];
const variables = { password: "p&ss-w0rd", note: 'say "hi"\\' };

describe("probes/http with steps", () => {
  it("goes through all steps in one session, fills values in as each place wants them, and is up", async () => {
    const { url, seen } = await serve(shop);

    const result = await runHttpProbe(`${url}/`, { variables, steps: [...login, ...order] });

    expect(reasonsOf(result)).toEqual([]);
    expect(result.verdict).toBe("up");
    expect(seen.map((request) => `${request.method} ${request.url}`)).toEqual([
      "GET /login",
      "POST /login",
      "GET /account",
      "POST /orders",
      "GET /orders/42?id=42",
    ]);
    expect(seen[3]?.body).toBe('{"note": "say \\"hi\\"\\\\"}');
    const durations = result.samples.filter(({ metric }) => metric === "probe_http_step_duration_seconds");
    expect(new Set(durations.map(({ labels }) => labels["step"]))).toEqual(new Set(["form", "login", "order", "see"]));
    expect(durations.filter(({ labels }) => labels["phase"] === "connect").every(({ value }) => value > 0)).toBe(true);
    expect(
      result.samples.filter(({ metric }) => metric === "probe_http_step_success").map(({ value }) => value),
    ).toEqual([1, 1, 1, 1]);
  });

  it("ends at the first step that fails, names it, and shows no value that was filled in (F121)", async () => {
    const { url, seen } = await serve(shop);
    const wrong = { ...login[1], body: "csrf={{csrf}}&password=wrong" };

    const result = await runHttpProbe(`${url}/`, { variables, steps: [login[0], wrong, ...order] });

    expect(result.verdict).toBe("down");
    expect(result.findings[0]).toMatchObject({
      reason: "status",
      detail: expect.stringMatching(/^step login: status 403/),
    });
    expect(seen).toHaveLength(2);
    expect(result.evidence).toMatchObject({
      steps: [
        { step: "form", state: "good", urls: [`${url}/login`] },
        { step: "login", state: "failed", urls: [`${url}/login`] },
      ],
      last: { body: "not you: c00kie-value {{csrf}}" },
    });
    expect(JSON.stringify(result)).not.toContain("t0ken");
  });

  it.each([
    [{ kind: "json", path: "$.a" }, "the body is no JSON"],
    [{ kind: "pattern", pattern: "a(b)" }, "the body does not match a(b)"],
    [{ kind: "header", name: "x-none" }, "the answer has no header x-none"],
    [{ kind: "cookie", name: "sid" }, "the answer sets no cookie sid"],
  ])("is down where there is nothing to take by %j", async (extraction, problem) => {
    const { url } = await serve((_, response) => void response.end("plain"));

    const result = await runHttpProbe(`${url}/`, { steps: [{ name: "one", extract: { x: extraction } }] });

    expect(result.findings).toMatchObject([{ is: "down", reason: "assertion", detail: `step one: {{x}}: ${problem}` }]);
  });

  it("takes cookies, and sends those of one step with the next", async () => {
    const { url, seen } = await serve((_, response) => {
      response.setHeader("set-cookie", ["a=1", "sid=abcdef; Path=/"]);
      response.end();
    });

    await runHttpProbe(`${url}/`, {
      steps: [
        { name: "one", extract: { sid: { kind: "cookie", name: "sid" } } },
        { name: "two", url: "/x/{{sid}}" },
      ],
    });

    expect(seen[1]).toMatchObject({ url: "/x/abcdef", headers: { cookie: "a=1; sid=abcdef" } });
  });

  it("is led by no answer to a host that the config does not name (F117)", async () => {
    const inner = await serve((_, response) => void response.end("metadata"));
    const { url } = await serve(
      (_, response) => void response.end(JSON.stringify({ next: `${inner.url}/latest`, host: inner.url.slice(7) })),
    );
    const take = {
      name: "take",
      extract: { next: { kind: "json", path: "$.next" }, host: { kind: "json", path: "$.host" } },
    };

    const whole = await runHttpProbe(`${url}/`, { steps: [take, { name: "go", url: "{{next}}" }] });
    const part = await runHttpProbe(`${url}/`, { steps: [take, { name: "go", url: "http://{{host}}/latest" }] });
    const named = await runHttpProbe(`${url}/`, {
      steps: [take, { name: "go", url: "{{next}}" }, { name: "also", url: `${inner.url}/` }],
    });

    expect(whole.findings).toMatchObject([
      { is: "down", reason: "blocked", detail: expect.stringMatching(/^step go: /) },
    ]);
    expect(part.findings).toMatchObject([{ is: "down", reason: "blocked" }]);
    expect(named.verdict).toBe("up");
    expect(inner.seen.map((request) => request.url)).toEqual(["/latest", "/"]);
  });

  it("sends the check's credentials to the target's own origin alone (F26)", async () => {
    const other = await serve((_, response) => void response.end());
    const { url, seen } = await serve((_, response) => void response.end());

    await runHttpProbe(`${url}/`, {
      auth: { kind: "bearer", token: "s3cret" },
      headers: { "x-own": "1" },
      steps: [{ name: "own" }, { name: "other", url: `${other.url}/`, headers: { "x-step": "2" } }],
    });

    expect(seen[0]?.headers).toMatchObject({ authorization: "Bearer s3cret", "x-own": "1" });
    expect(other.seen[0]?.headers).toMatchObject({ "x-step": "2" });
    expect(other.seen[0]?.headers).not.toHaveProperty("authorization");
    expect(other.seen[0]?.headers).not.toHaveProperty("x-own");
  });

  it("judges the time of the whole", async () => {
    const { url } = await serve((_, response) => void response.end());

    const result = await runHttpProbe(`${url}/`, {
      expect: { slower_than: { warning: "1ms" } },
      steps: [{ name: "a" }, { name: "b" }, { name: "c" }, { name: "d" }, { name: "e" }],
    });

    expect(result.verdict).toBe("up");
    expect(result.findings).toMatchObject([{ is: "flaw", reason: "slow" }]);
  });

  it("names the step that ran out of time", async () => {
    const asked = Promise.withResolvers<void>();
    const { url } = await serve((request, response) => {
      if (request.url === "/slow") asked.resolve();
      else response.end("ok");
    });
    const steps = [
      { name: "first", url: "/" },
      { name: "second", url: "/slow" },
    ];
    const run = startHttpRun(`${url}/`, { steps });

    await asked.promise;
    run.cancel();

    expect((await run.outcome).result.headline?.detail).toMatch(/^step second: not finished within/);
  });

  it("sends a trace that goes through all steps, new in each run", async () => {
    const { url, seen } = await serve((_, response) => void response.end());
    const steps = [{ name: "a" }, { name: "b" }];

    await runHttpProbe(`${url}/`, { traceparent: true, steps });
    await runHttpProbe(`${url}/`, { traceparent: true });
    await runHttpProbe(`${url}/`, {});

    const headers = seen.map((request) => String(request.headers["traceparent"]));
    const [one, two, three, four] = headers.map((header) => header.split("-"));
    for (const header of headers.slice(0, 3)) expect(header).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(one?.[1]).toBe(two?.[1]);
    expect(one?.[2]).not.toBe(two?.[2]);
    expect(three?.[1]).not.toBe(one?.[1]);
    expect(four).toEqual(["undefined"]);
  });

  it.each([
    [{ steps: [{ name: "a" }, { name: "a" }] }, 'there is already a step "a"'],
    [{ steps: [{ name: "a", url: "/{{x}}" }] }, "{{x}} is neither in variables nor extracted"],
    [
      { steps: [{ name: "a", extract: { x: { kind: "cookie", name: "c" } }, body: "{{x}}", method: "POST" }] },
      "{{x}} is neither",
    ],
    [{ steps: [{ name: "a", headers: { b: "{{x}}" } }] }, "{{x}} is neither"],
    [{ steps: [{ name: "a", body: "x" }] }, "GET and HEAD have no body"],
    [{ steps: [{ name: "a" }], method: "POST" }, "each step has its own"],
    [{ steps: [{ name: "a" }], expect: { contains: ["x"] } }, "each step has its own"],
    [{ steps: [{ name: "a" }], edges: {} }, "edges"],
    [{ variables: { a: "b" } }, "only for steps"],
  ])("refuses %j", (options, problem) => {
    const parsed = optionsSchema.safeParse(options);

    expect(parsed.error?.issues.map(({ message }) => message).join("; ")).toContain(problem);
  });
});
