import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One thing a site serves. */
export type SitePage = Readonly<{
  status?: number;
  type?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** Answers itself. */
  handle?(request: IncomingMessage, response: ServerResponse): void;
}>;

export type Site = Readonly<{
  port: number;
  /** Requests that came, oldest first. */
  requests: readonly Readonly<{ path: string; headers: IncomingHttpHeaders }>[];
  /** Most requests that were under way at a time. */
  mostAtOnce(): number;
  /** Resolves when the path has been asked for. */
  asked(path: string): Promise<void>;
  close(): Promise<void>;
}>;

/** Serves pages by path on a free loopback port, with 404 for the rest. */
export async function serveSite(pages: Readonly<Record<string, SitePage>>): Promise<Site> {
  const requests: { path: string; headers: IncomingHttpHeaders }[] = [];
  const waiting: { path: string; resolve: () => void }[] = [];
  let underWay = 0;
  let most = 0;
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    requests.push({ path, headers: request.headers });
    for (const { path: wanted, resolve } of waiting) if (wanted === path) resolve();
    underWay += 1;
    most = Math.max(most, underWay);
    response.once("close", () => {
      underWay -= 1;
    });
    const page = pages[path] ?? { status: 404, type: "text/html", body: "<h1>not found</h1>" };
    if (page.handle !== undefined) return page.handle(request, response);
    response.writeHead(page.status ?? 200, { ...(page.type && { "content-type": page.type }), ...page.headers });
    response.end(page.body ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    mostAtOnce: () => most,
    asked: (path) =>
      new Promise((resolve) => {
        if (requests.some((request) => request.path === path)) resolve();
        else waiting.push({ path, resolve });
      }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
