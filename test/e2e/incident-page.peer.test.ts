import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import { type Browser, chromium } from "playwright-core";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { signPage } from "../../src/api/page-tokens.ts";
import { peer } from "../support/daemons/peers.ts";
import { hostileTexts } from "../support/samples/hostile-texts.ts";
import { checkOf } from "../support/worlds/alerting-world.ts";
import { type ApiHarness, openTestApi } from "../support/worlds/api-harness.ts";
import { crewWorld, minuteMs } from "../support/worlds/escalation-world.ts";

const hostile = checkOf("shop", { service: "shop", failureThreshold: 1, title: hostileTexts.join(" ") });

let browser: Browser | undefined;
let harness: ApiHarness | undefined;
let profile: string | undefined;

async function launch(executablePath: string): Promise<Browser> {
  profile ??= await mkdtemp(join(tmpdir(), "watchfire-incident-page-"));
  browser ??= await chromium.launch({
    executablePath,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
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

describe("e2e/incident-page", () => {
  it.for([
    ["en", "light", 1200],
    ["zh", "dark", 360],
  ] as const)("is axe-clean, runs nothing, and lets a button act: %s, %s, %i px", async (settings, context) => {
    const [language, colorScheme, width] = settings;
    const launched = await launch(peer(context, "chromium", "chromium"));
    const world = crewWorld({}, [hostile]);
    world.fail(hostile);
    world.advance(minuteMs);
    const id = world.loaded().incidents[0]?.id ?? "";
    harness = await openTestApi(
      {},
      {
        language: () => language,
        alerting: () => world.engine.snapshot(),
        incident: async () => world.loaded().incidents[0],
        escalation: () => world.config.escalation,
        perform: async (action) => world.perform(action),
      },
    );
    const token = signPage("page-key-of-the-tests", {
      incident: id,
      actions: ["acknowledge", "unacknowledge", "snooze", "comment", "resolve"],
      recipient: "a",
      expiresAtMs: harness.clock.now() + minuteMs,
    });
    const address = `${harness.url}/i/${token}`;
    const viewport = { width, height: 900 };
    const page = await launched.newPage({ colorScheme, viewport });
    const problems: string[] = [];
    page.on("console", (message) => problems.push(message.text()));
    page.on("dialog", (dialog) => problems.push(dialog.message()));
    await page.goto(address);
    const audit = await launched.newPage({ colorScheme, viewport, bypassCSP: true });
    await audit.goto(address);
    await audit.evaluate(await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    const found = await audit.evaluate<AxeResults>("axe.run()");

    expect(found.violations.map(({ id: rule, nodes }) => [rule, nodes.map((node) => node.html)])).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
    expect(world.loaded().incidents[0]?.status).toBe("open");

    await page.click('button[value="acknowledge"]');
    await page.waitForSelector(".done");
    if (process.env["SCREENSHOT_DIR"] !== undefined)
      await page.screenshot({ path: join(process.env["SCREENSHOT_DIR"], `incident-${language}.png`), fullPage: true });

    expect(world.loaded().incidents[0]?.acknowledgement).toMatchObject({ person: "a" });
    expect(problems).toEqual([]);
    expect(await page.evaluate("document.querySelectorAll('script, iframe, img, svg').length")).toBe(0);
  });
});
