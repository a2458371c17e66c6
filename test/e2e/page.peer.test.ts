import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import { type Browser, chromium } from "playwright-core";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { peer } from "../support/daemons/peers.ts";
import { hostileTexts } from "../support/samples/hostile-texts.ts";
import { checkOf } from "../support/samples/sample-checks.ts";
import { badNight } from "../support/samples/sample-overview.ts";
import { type ApiHarness, openTestApi } from "../support/worlds/api-harness.ts";

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let browser: Browser | undefined;
let harness: ApiHarness | undefined;
let profile: string | undefined;

async function launch(executablePath: string): Promise<Browser> {
  if (browser !== undefined) return browser;
  profile = await mkdtemp(join(tmpdir(), "watchfire-page-"));
  browser = await chromium.launch({
    executablePath,
    args: flags,
    env: { ...process.env, HOME: profile },
  });
  return browser;
}

afterEach(async () => {
  await harness?.api.close();
});

afterAll(async () => {
  await browser?.close();
  if (profile !== undefined) await rm(profile, { recursive: true, force: true });
});

describe("e2e/page", () => {
  it.for([
    ["en", "light", 1440],
    ["zh", "dark", 390],
  ] as const)("is axe-clean and within its own policy, without a script: %s, %s, %i px", async (settings, context) => {
    const [language, colorScheme, width] = settings;
    const executable = peer(context, "chromium", "chromium");
    harness = await openTestApi({}, { overview: () => badNight(language) });
    const viewport = { width, height: 1000 };
    const launched = await launch(executable);
    const page = await launched.newPage({ colorScheme, viewport });
    const problems: string[] = [];
    page.on("console", (message) => problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(error.message));

    await page.goto(harness.url);
    const audit = await launched.newPage({ colorScheme, viewport, bypassCSP: true });
    await audit.goto(harness.url);
    await audit.evaluate(await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    const found = await audit.evaluate<AxeResults>("axe.run()");

    if (process.env["SCREENSHOT_DIR"] !== undefined) {
      await page.screenshot({ path: join(process.env["SCREENSHOT_DIR"], `page-${language}.png`), fullPage: true });
    }
    expect(problems).toEqual([]);
    expect(found.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
    expect(await page.evaluate("document.scripts.length")).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
  });

  it("runs and loads nothing from texts that checks bring (F114)", async (context) => {
    const executable = peer(context, "chromium", "chromium");
    const checks = hostileTexts.map((text, index) =>
      checkOf({ id: `c${index}`, title: text, targets: [{ id: "t1", address: text, display: text, labels: {} }] }),
    );
    harness = await openTestApi({}, { overview: () => ({ ...badNight("en"), checks, env: hostileTexts.join("") }) });
    const page = await (await launch(executable)).newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    page.on("dialog", (dialog) => asked.push(`dialog ${dialog.message()}`));
    page.on("console", (message) => asked.push(message.text()));

    await page.goto(harness.url);

    expect(asked.filter((path) => !["/", "/style.css", "/icon.svg"].includes(path))).toEqual([]);
    expect(await page.evaluate("document.querySelectorAll('script, iframe, img, svg, form').length")).toBe(0);
    expect(await page.evaluate("[...document.links].every((link) => /^https?:$/.test(link.protocol))")).toBe(true);
    expect(await page.evaluate("document.querySelectorAll('.card').length")).toBe(hostileTexts.length);
  });
});
