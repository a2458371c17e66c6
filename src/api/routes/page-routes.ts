import type { ApiDependencies } from "../api-dependencies.ts";
import { KeptAnswer } from "../kept-answer.ts";
import { overviewOf } from "../overview.ts";
import { refreshSeconds, renderPage } from "../page/page.ts";
import { icon, styleSheet } from "../page/style.ts";
import type { ApiAnswer, RouteSpec } from "../route-spec.ts";

const keepMs = 1000;
const assetSeconds = 300;
// As a header and not as an element: the page has a link to be without it.
const live = { refresh: String(refreshSeconds) };

/** The page and what belongs to it, all from memory. */
export function pageRoutes(dependencies: ApiDependencies): readonly RouteSpec[] {
  const page = new KeptAnswer<string>(dependencies.clock, keepMs);
  return [
    {
      methods: ["GET", "HEAD"],
      path: "/",
      surfaces: ["admin"],
      auth: "none",
      body: "none",
      async handle({ query }, { overview, clock, version }) {
        const isLive = !query.has("still");
        const body = await page.get(isLive ? "live" : "still", async () => {
          const facts = overview();
          return renderPage(overviewOf(facts, clock.now()), { ...facts, version, isLive });
        });
        return { status: 200, contentType: "text/html; charset=utf-8", body, headers: isLive ? live : {} };
      },
    },
    asset("/style.css", "text/css; charset=utf-8", styleSheet),
    asset("/icon.svg", "image/svg+xml", icon),
  ];
}

function asset(path: string, contentType: string, body: string): RouteSpec {
  const answer: ApiAnswer = {
    status: 200,
    contentType,
    body,
    headers: { "cache-control": `public, max-age=${assetSeconds}` },
  };
  return {
    methods: ["GET", "HEAD"],
    path,
    surfaces: ["admin", "public"],
    auth: "none",
    body: "none",
    handle: () => answer,
  };
}
