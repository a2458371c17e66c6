import type { Result } from "../../../src/core/checks/result.ts";
import { json } from "../../../src/probes/json/json.ts";
import { type Site, type SitePage, serveSite } from "../servers/site-server.ts";
import { startNetworkRun } from "../worlds/http-run.ts";

type Options = Readonly<Record<string, unknown>>;

/** When every run of the probe begins. */
export const jsonStartedAtMs = Date.UTC(2026, 10, 26, 12, 0, 0);
const sites: Site[] = [];

/** Ends what was served; call it after each test. */
export async function closeDocuments(): Promise<void> {
  await Promise.all(sites.splice(0).map((site) => site.close()));
}

/** Serves a page under /health. */
export async function serveDocument(page: SitePage): Promise<Site> {
  const site = await serveSite({ "/health": { type: "application/json", ...page } });
  sites.push(site);
  return site;
}

/** Serves a page and runs the json probe on it. */
export async function probePage(page: SitePage, options: Options = {}): Promise<Result> {
  const { port } = await serveDocument(page);
  const given = { startedAtMs: jsonStartedAtMs };
  return (await startNetworkRun(json, `http://127.0.0.1:${port}/health`, options, given).outcome).result;
}

/** Serves a document and runs the json probe on it. */
export async function probeDocument(document: unknown, options: Options = {}, status = 200): Promise<Result> {
  return probePage({ status, body: JSON.stringify(document) }, options);
}

/** `is reason detail` of each finding; flaws with their severity. */
export function told({ findings }: Result): readonly string[] {
  return findings.map(
    (finding) => `${finding.is === "flaw" ? finding.severity : finding.is} ${finding.reason} ${finding.detail}`,
  );
}
