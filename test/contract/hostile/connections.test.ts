import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/platform/clock.ts";
import { createResolver } from "../../../src/platform/dns/resolver.ts";
import { identities } from "../../support/samples/certificates.ts";
import { DnsServer } from "../../support/servers/dns-server.ts";
import { sampleOf } from "../../support/worlds/http-run.ts";
import {
  connectionFaults,
  connectionRows,
  handshakeFaults,
  handshakeRows,
  identityRows,
  nameRows,
} from "./connection-rows.ts";
import { runInto, startSpeaker } from "./hostile-run.ts";
import { asksAnother, namedSpeakers, pathSpeakers, plainSpeakers, tlsSpeakers } from "./speakers.ts";

const keysOf = <Key extends string>(record: Readonly<Record<Key, unknown>>): readonly Key[] =>
  Object.keys(record) as Key[];
const trouble = (result: { headline?: { is: string; reason: string } | undefined }): string =>
  `${result.headline?.is} ${result.headline?.reason}`;

describe.each(keysOf(plainSpeakers))("hostile connections: %s", (name) => {
  const speaker = plainSpeakers[name];

  it.each(keysOf(connectionRows))(`%s comes to its reason for ${name}`, async (id) => {
    const { told } = await runInto(speaker, connectionFaults[id], { onConnection: true });

    expect(told).toBe((connectionRows[id] as Readonly<Record<string, string>>)[name] ?? connectionRows[id].all);
  });

  it(`F10 F11 reports refused at an IPv6 literal for ${name}`, async () => {
    const { result } = await startSpeaker(speaker, { host: "::1", port: 1 }).outcome;

    expect(trouble(result)).toBe(asksAnother(name) ? "unknown lookup_failed" : "down refused");
    expect(result.headline?.detail).toContain("refused");
  });
});

describe.each(keysOf(pathSpeakers))("hostile sockets in the filesystem: %s", (name) => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "watchfire-hostile-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it.each(keysOf(connectionRows).filter((id) => id !== "F13"))(`%s comes to its reason for ${name}`, async (id) => {
    const path = join(directory, `${id.replace(" ", "-")}.sock`);
    const { told } = await runInto(pathSpeakers[name], connectionFaults[id], { path, name: path, onConnection: true });

    // The same dialogue as that of tcp, over another kind of socket.
    expect(told).toBe((connectionRows[id] as Readonly<Record<string, string>>)["tcp"] ?? connectionRows[id].all);
  });
});

describe.each(keysOf(tlsSpeakers))("hostile TLS: %s", (name) => {
  const speaker = tlsSpeakers[name];

  it.each(keysOf(identityRows))(`F40 F41 F42 a certificate that is %s has its reason for ${name}`, async (identity) => {
    const { told, result } = await runInto(speaker, ({ socket }) => void socket.end(), {
      name: "shop.test",
      tls: { ...identities[identity], ciphers: "DEFAULT:@SECLEVEL=0" },
      onConnection: true,
    });

    expect(told).toBe(identityRows[identity][1]);
    const expiry = "probe_ssl_earliest_cert_expiry";
    const isShown = speaker.kind.metricsOf({}).some((metric) => metric.name === expiry);
    expect((sampleOf(result, expiry) ?? 0) > 1_500_000_000).toBe(isShown);
  });

  it(`F42 TLS 1.1 is too old for ${name}`, async () => {
    const { told } = await runInto(speaker, ({ socket }) => void socket.end(), {
      name: "shop.test",
      tls: { ...identities.good, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" },
      onConnection: true,
    });

    expect(told).toBe("down tls_weak");
  });

  it.each(keysOf(handshakeRows))(`%s comes to its reason for ${name}`, async (id) => {
    const { told } = await runInto(speaker, handshakeFaults[id], { name: "shop.test", onConnection: true });

    expect(told).toBe((handshakeRows[id] as Readonly<Record<string, string>>)[name] ?? handshakeRows[id].all);
  });
});

describe.each(keysOf(namedSpeakers))("hostile name servers: %s", (name) => {
  const speaker = namedSpeakers[name];
  let names: DnsServer;
  let askedSilent = (): void => {};

  beforeAll(async () => {
    names = await DnsServer.start();
    names.set("servfail.test", { rcode: 2 });
    names.set("silent.test", {
      reply() {
        askedSilent();
        return undefined;
      },
    });
    names.set("empty.test", {});
    names.set("broken.test", { malformed: true });
  });
  afterAll(() => names.close());

  it.each(keysOf(nameRows))(`%s comes to its reason for ${name}`, async (id) => {
    const resolver = createResolver({ clock: systemClock, servers: [names.address], hostsFile: "/dev/null" });
    const run = startSpeaker(speaker, { host: id.slice(4), port: 9, ports: { resolver } });
    // The resolver asks a silent server again later, which is none of the next run's business.
    askedSilent = id === "F02 silent.test" ? () => run.cancel() : () => {};
    const { result, threw } = await run.outcome;

    expect(threw).toBe(false);
    expect(trouble(result)).toBe((nameRows[id] as Readonly<Record<string, string>>)[name] ?? nameRows[id]?.all);
  });

  it(`F07 without a name server nothing is said about the target of ${name}`, async () => {
    const resolver = createResolver({ clock: systemClock, resolvConfFile: "/dev/null", hostsFile: "/dev/null" });
    const { result } = await startSpeaker(speaker, { host: "shop.test", port: 9, ports: { resolver } }).outcome;

    expect(trouble(result)).toBe(asksAnother(name) ? "unknown lookup_failed" : "unknown resolver");
  });
});
