import type { ApiDependencies } from "../api-dependencies.ts";
import { html } from "../page/html.ts";
import type { ProbeDoor } from "../probe-door.ts";
import { type ApiAnswer, type ApiRequest, notFound, type RouteSpec } from "../route-spec.ts";

/** Prometheus waits two minutes at most where its config says nothing. */
const longestProbeMs = 125_000;

type Handle = (door: ProbeDoor, request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;

/** The door for what was written for blackbox_exporter; without a `blackbox` section there is nothing at these addresses. */
export const doorRoutes: readonly RouteSpec[] = [
  { ...route("/probe", (door, { query, scrapeTimeout }) => door.probe(query, scrapeTimeout)), readBy: "programs" },
  route("/logs", (door, { query }) => door.logs(query)),
  route("/config", (door) => door.config()),
  route("/probes", (door) => ({ status: 200, contentType: "text/html; charset=utf-8", body: historyPage(door) })),
];

function route(path: string, handle: Handle): RouteSpec {
  return {
    methods: ["GET", "HEAD"],
    path,
    surfaces: ["ops"],
    auth: "none",
    body: "none",
    answerWithinMs: longestProbeMs,
    handle(request, { door }: ApiDependencies) {
      const opened = door();
      return opened === undefined ? notFound : handle(opened, request);
    },
  };
}

function historyPage(door: ProbeDoor): string {
  const rows = door.history().map(
    ({ id, module, target, isSuccess }) => html`<tr><td>${module}</td><td>${target}</td>
<td>${isSuccess ? "Success" : html`<strong>Failure</strong>`}</td><td><a href="/logs?id=${id}">Logs</a></td></tr>
`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Recent probes · Watchfire</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<h1>Recent probes</h1>
<p><a href="/config">Modules</a> · <a href="/metrics">Metrics</a></p>
<table><thead><tr><th scope="col">Module</th><th scope="col">Target</th><th scope="col">Result</th><th scope="col">Debug</th></tr></thead>
<tbody>
${rows}</tbody></table>
</main>
</body>
</html>
`.text;
}
