import type { Result } from "../../../src/core/checks/result.ts";
import { images } from "../../../src/probes/images/images.ts";
import { png } from "../samples/sample-images.ts";
import { type Site, type SitePage, serveSite } from "../servers/site-server.ts";
import { startNetworkRun } from "./http-run.ts";

const sites: Site[] = [];
/** A page with this body. */
export const html = (body: string): SitePage => ({ type: "text/html; charset=utf-8", body });
/** A picture that is good. */
export const pngFile: SitePage = { type: "image/png", body: png() };
type Pages = Readonly<Record<string, SitePage>>;
export type Options = Readonly<Record<string, unknown>>;

/** Serves pages until `closeSites`. */
export async function serve(pages: Pages): Promise<Site> {
  const site = await serveSite(pages);
  sites.push(site);
  return site;
}

/** Serves pages and looks at the images of the first. */
export async function probe(pages: Pages, options: Options = {}): Promise<Result & { site: Site }> {
  const site = await serve(pages);
  const { result } = await startNetworkRun(images, `http://127.0.0.1:${site.port}/`, options).outcome;
  return { ...result, site };
}

type Listed = Readonly<{ url: string; element: string; line?: number; sheet?: string; reason: string; detail: string }>;
/** Images that failed, as evidence lists them. */
export const failing = ({ evidence }: Result): readonly Listed[] => (evidence as { failing: Listed[] }).failing;

/** Ends what `serve` began. */
export async function closeSites(): Promise<void> {
  await Promise.all(sites.splice(0).map((site) => site.close()));
}
