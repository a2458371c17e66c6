import { execFileSync, spawn } from "node:child_process";
import { startInbox } from "../demo/inbox.ts";
import { startShop } from "../demo/shop.ts";
import { buildWhenStale } from "./fresh-build.ts";

const daemonUrl = "http://127.0.0.1:9797";
const configArguments = ["--config", "config", "--env", "development"];

/** Builds what is stale, then runs the daemon beside the demonstration shop and the inbox; `npm start`. */
async function main(): Promise<void> {
  buildWhenStale();
  const pushUrl = ordersPushUrl();
  const inbox = await preferring(9782, (port) => startInbox({ port }));
  const shop = await preferring(9780, (port) => startShop({ port, tlsPort: port === 0 ? 0 : 9781, pushUrl }));
  const environment = { DEMO_SHOP_URL: shop.url, DEMO_SHOP_TLS_URL: shop.tlsUrl, DEMO_INBOX_URL: inbox.url };
  const daemon = spawn(process.execPath, ["dist/main.js", "run", ...configArguments], {
    env: { ...process.env, ...environment },
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => daemon.kill(signal));
  daemon.on("exit", (code) => {
    process.exitCode = code ?? 1;
    void Promise.all([shop.close(), inbox.close()]);
  });
  if (await isReady(daemon)) console.log(guide(shop.url, inbox.url));
}

/** Address at which the check `orders` takes values. */
function ordersPushUrl(): string {
  const text = execFileSync(process.execPath, ["dist/main.js", "url", "orders", "--create", ...configArguments], {
    encoding: "utf8",
  });
  return /^values\s+(\S+)/m.exec(text)?.[1] ?? "";
}

/** Starts on the usual port, or on a free one when that is taken. */
async function preferring<T>(port: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return start(0);
  }
}

async function isReady(daemon: Readonly<{ exitCode: number | null }>): Promise<boolean> {
  while (daemon.exitCode === null) {
    const answer = await fetch(`${daemonUrl}/-/ready`).catch(() => undefined);
    if (answer?.ok === true) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

function guide(shopUrl: string, inboxUrl: string): string {
  return `
  Where to look
    what is wrong now    ${daemonUrl}/
    what a chat gets     ${inboxUrl}/        (the checkout fails 15 seconds from now: its alert arrives here)
    for Prometheus       ${daemonUrl}/metrics
    the shop itself      ${shopUrl}/
  In another terminal
    npm run --silent watchfire -- status --env development
    npm run --silent watchfire -- probe http ${shopUrl}/gbk --option expect.contains=加入购物车
  Stop with Ctrl-C.
`;
}

await main();
