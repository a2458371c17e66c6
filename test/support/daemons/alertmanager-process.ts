import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type TestContext } from "vitest";
import { freePort, until } from "./daemon-process.ts";
import { peer } from "./peers.ts";

/** Starts Debian's Alertmanager with a config under a path of its own, and waits until it takes requests; it ends with the test. */
export async function startAlertmanager(context: TestContext, config: object): Promise<string> {
  const binary = peer(context, "prometheus-alertmanager", "prometheus-alertmanager");
  // Debian's build does not start without the templates of its package.
  expect(existsSync("/usr/share/prometheus/alertmanager/default.tmpl"), "templates of the package").toBe(true);
  const directory = await mkdtemp(join(tmpdir(), "watchfire-alertmanager-"));
  const path = join(directory, "alertmanager.yml");
  await writeFile(path, JSON.stringify(config));
  const listen = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    binary,
    [
      `--config.file=${path}`,
      `--storage.path=${join(directory, "data")}`,
      `--web.listen-address=${listen}`,
      "--web.route-prefix=/am",
      "--cluster.listen-address=",
    ],
    { stdio: "ignore" },
  );
  context.onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    await rm(directory, { recursive: true, force: true });
  });
  const url = `http://${listen}/am`;
  await until("Alertmanager is ready", async () => {
    const ready = await fetch(`${url}/-/ready`).catch(() => undefined);
    return ready?.ok === true;
  });
  return url;
}
