import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "prom-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { certificatePath } from "../../../test/support/samples/certificates.ts";
import { serverSchema } from "../../api/server-schema.ts";
import type { Said } from "../../core/message/said.ts";
import { ListenerMetrics } from "../../exporters/prometheus/listener-metrics.ts";
import { ListenerCertificates } from "./listener-certificates.ts";

const dayMs = 86_400_000;
/** `previous` ends here. */
const endMs = Date.UTC(2100, 0, 1);

describe("app/daemon/listener-certificates", () => {
  let directory: string;
  let clock: FakeClock;
  let told: (string | undefined)[];
  let renewed: string[];
  let certificates: ListenerCertificates;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "watchfire-listener-"));
    await show("previous");
    told = [];
    renewed = [];
  });

  afterEach(async () => {
    certificates.stop();
    await rm(directory, { recursive: true });
  });

  async function show(name: string): Promise<void> {
    await copyFile(certificatePath(name), join(directory, "cert.pem"));
    await copyFile(certificatePath(`${name}.key`), join(directory, "key.pem"));
  }

  async function start(nowMs: number): Promise<void> {
    clock = new FakeClock(nowMs);
    const log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
    const trouble = {
      set: (_component: string, said: Said | undefined) =>
        void told.push(said === undefined ? undefined : JSON.stringify(said)),
    };
    certificates = new ListenerCertificates({
      clock,
      log,
      metrics: new ListenerMetrics(new Registry()),
      trouble,
    });
    const tls = { certificate: join(directory, "cert.pem"), key: join(directory, "key.pem") };
    const { listeners } = serverSchema.parse({
      listeners: { plain: { listen: "127.0.0.1:0" }, main: { listen: "127.0.0.1:0", tls } },
    });
    const identities = await certificates.open(listeners);
    expect([...identities.keys()]).toEqual(["main"]);
    certificates.watch({
      renew: (listener, { expiresAtMs }) => void renewed.push(`${listener} ${new Date(expiresAtMs).getUTCFullYear()}`),
    });
  }

  it("warns a week before its own certificate ends, says when it has ended, and is content with the next", async () => {
    await start(endMs - 8 * dayMs);
    await clock.advance(2 * dayMs);
    await clock.advance(6 * dayMs);
    await show("good");
    await certificates.look();

    expect(told[0]).toBeUndefined();
    expect(told.find((each) => each !== undefined)).toContain("expires on 2100-01-01");
    expect(told.at(-2)).toContain("expired on 2100-01-01");
    expect(told.at(-1)).toBeUndefined();
    expect(renewed).toEqual(["main 2120"]);
  });

  it("hands on nothing when nothing has changed, and no expired certificate in place of a good one", async () => {
    await start(endMs - 100 * dayMs);
    await certificates.look();
    await show("expired");
    await certificates.look();

    expect(renewed).toEqual([]);
    expect(told.at(-1)).toContain("has expired; the old certificate stays in use");
  });

  it("begins with an expired certificate rather than not at all", async () => {
    await show("expired");
    await start(endMs);

    expect(told).toEqual([expect.stringContaining("expired on 2020-04-01")]);
  });
});
