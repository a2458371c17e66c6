import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { ApiDependencies } from "../api-dependencies.ts";
import { KeptAnswer } from "../kept-answer.ts";
import { type ApiAnswer, type ApiRequest, type RouteSpec, textAnswer } from "../route-spec.ts";

const compress = promisify(gzip);
const keepMs = 1000;

type Rendered = Readonly<{ contentType: string; chunks: readonly Buffer[] }>;

/** Health and metrics: what machines ask for. */
export function opsRoutes(dependencies: ApiDependencies): readonly RouteSpec[] {
  const rendered = new KeptAnswer<Rendered>(dependencies.clock, keepMs);
  return [
    {
      methods: ["GET", "HEAD"],
      path: "/-/healthy",
      surfaces: ["admin", "ops", "push", "public"],
      auth: "none",
      body: "none",
      handle: () => textAnswer(200, "Watchfire is healthy."),
    },
    {
      methods: ["GET", "HEAD"],
      path: "/-/ready",
      surfaces: ["admin", "ops"],
      auth: "none",
      body: "none",
      handle(_, { readiness }) {
        const state = readiness();
        return state.isReady ? textAnswer(200, "Watchfire is ready.") : textAnswer(503, state.reason);
      },
    },
    {
      methods: ["GET", "HEAD"],
      path: "/metrics",
      surfaces: ["ops"],
      auth: "none",
      body: "none",
      limit: { count: 20, perMs: 1000 },
      handle: (request) => metrics(request, dependencies, rendered),
    },
  ];
}

// Rendered at most once a second, whoever asks: a flood of scrapes costs sending and no more.
async function metrics(
  { accept, acceptsGzip }: ApiRequest,
  dependencies: ApiDependencies,
  kept: KeptAnswer<Rendered>,
): Promise<ApiAnswer> {
  const { contentType, chunks } = dependencies.scrape(accept);
  const plain = await kept.get(contentType, async () => ({ contentType, chunks: await gather(chunks) }));
  if (!acceptsGzip)
    return { status: 200, contentType, body: plain.chunks, headers: { vary: "accept, accept-encoding" } };
  const zipped = await kept.get(`${contentType} gzip`, () => zip(plain));
  return {
    status: 200,
    contentType,
    body: zipped.chunks,
    headers: { vary: "accept, accept-encoding", "content-encoding": "gzip" },
  };
}

async function gather(chunks: AsyncIterable<Buffer>): Promise<readonly Buffer[]> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

// Each chunk is a gzip member of its own, which readers join; so no step holds more than one of them.
async function zip({ contentType, chunks }: Rendered): Promise<Rendered> {
  const members: Buffer[] = [];
  for (const chunk of chunks) members.push(await compress(chunk, { level: constants.Z_BEST_SPEED }));
  return { contentType, chunks: members };
}
