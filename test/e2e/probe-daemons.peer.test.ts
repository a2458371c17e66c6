import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, type TestContext, vi } from "vitest";
import type { Result } from "../../src/core/checks/result.ts";
import { certificate } from "../../src/probes/certificate/certificate.ts";
import { dns } from "../../src/probes/dns/dns.ts";
import { redis } from "../../src/probes/redis/redis.ts";
import { tcp } from "../../src/probes/tcp/tcp.ts";
import { unix } from "../../src/probes/unix/unix.ts";
import { freePort } from "../support/daemons/daemon-process.ts";
import { peer } from "../support/daemons/peers.ts";
import { certificatePath, identities, rootPath } from "../support/samples/certificates.ts";
import { sampleOf, startNetworkRun } from "../support/worlds/http-run.ts";

const daemons: ChildProcess[] = [];
let directory = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "probe-daemons-"));
  await chmod(directory, 0o755);
  await writeFile(join(directory, "server.pem"), identities.good.cert);
  await copyFile(certificatePath("good.key"), join(directory, "server.key"));
});

afterEach(async () => {
  for (const daemon of daemons.splice(0)) {
    if (daemon.exitCode !== null) continue;
    daemon.kill("SIGKILL");
    await once(daemon, "close");
  }
});

afterAll(() => rm(directory, { recursive: true, force: true }));

function start(binary: string, args: readonly string[]): void {
  daemons.push(spawn(binary, args, { stdio: "ignore", cwd: directory }));
}

/** Runs again until the daemon is there. */
async function probeWhenUp(
  kind: typeof tcp,
  place: number | string,
  options: Readonly<Record<string, unknown>>,
): Promise<Result> {
  const address = typeof place === "number" ? `127.0.0.1:${place}` : place;
  let result: Result | undefined;
  await vi.waitFor(
    async () => {
      result = (await startNetworkRun(kind, address, options).outcome).result;
      expect(result.headline?.reason).not.toBe("refused");
    },
    { timeout: 20_000, interval: 100 },
  );
  if (result === undefined) throw new Error("the probe did not run");
  return result;
}

const trusted = { tls: { ca: rootPath, server_name: "shop.test" } };

describe("probes beside the daemons of their protocols", () => {
  it("talks to Redis", async (context: TestContext) => {
    const port = await freePort();
    start(peer(context, "redis-server", "redis-server"), ["--port", String(port), "--save", "", "--bind", "127.0.0.1"]);

    const dialogue = [
      { send: "PING" },
      { expect: "^\\+PONG" },
      { send: "INFO server" },
      { expect: "^redis_version:(.+)$", labels: { version: "$1" } },
    ];
    const result = await probeWhenUp(tcp, port, { dialogue });

    expect([result.verdict, result.headline?.detail]).toEqual(["up", undefined]);
    expect(result.samples.find(({ metric }) => metric === "probe_expect_info")?.labels["version"]).toMatch(/^\d+\./);
  });

  it("asks a Redis master by ACL over TLS, and its replica", async (context: TestContext) => {
    const binary = peer(context, "redis-server", "redis-server");
    const [plainPort, tlsPort, replicaPort] = [await freePort(), await freePort(), await freePort()];
    const common = ["--save", "", "--bind", "127.0.0.1"];
    const listen = `--port ${plainPort} --tls-port ${tlsPort} --tls-auth-clients no --maxmemory 100mb`.split(" ");
    const files = `--tls-cert-file server.pem --tls-key-file server.key --tls-ca-cert-file ${rootPath}`.split(" ");
    const user = ["--user", "monitor", "on", ">s3cret", "+ping", "+info"];
    start(binary, [...common, ...listen, ...files, ...user]);
    const options = { ...trusted, encryption: "tls", username: "monitor" };

    const master = await probeWhenUp(redis, tlsPort, { ...options, password: "s3cret", expect: { role: "master" } });
    const refused = await probeWhenUp(redis, tlsPort, { ...options, password: "canary" });
    start(binary, [...common, "--port", String(replicaPort), "--replicaof", "127.0.0.1", String(plainPort)]);
    const expected = { expect: { role: "replica", lag_above: { critical: "1h" } } };
    const replica = await vi.waitFor(
      async () => {
        const result = await probeWhenUp(redis, replicaPort, expected);
        expect(result.verdict).toBe("up");
        return result;
      },
      { timeout: 20_000, interval: 100 },
    );
    const wrong = await probeWhenUp(redis, replicaPort, { expect: { role: "master" } });

    expect([master.verdict, master.headline?.detail]).toEqual(["up", undefined]);
    expect(sampleOf(master, "probe_redis_memory_max_bytes")).toBe(100 * 1024 ** 2);
    expect(sampleOf(master, "probe_redis_role", { role: "master" })).toBe(1);
    expect(refused.headline).toMatchObject({ is: "unknown", reason: "permission" });
    expect(sampleOf(replica, "probe_redis_replica_lag_seconds")).toBeGreaterThanOrEqual(0);
    expect(wrong.findings.map(({ detail }) => detail)).toContain("its role is replica, expected master");
  });

  it("talks to Redis over its local socket", async (context: TestContext) => {
    const path = join(directory, "redis.sock");
    start(peer(context, "redis-server", "redis-server"), ["--port", "0", "--save", "", "--unixsocket", path]);

    const result = await probeWhenUp(unix, path, { dialogue: [{ send: "PING" }, { expect: "^\\+PONG" }] });

    expect([result.verdict, result.headline?.detail]).toEqual(["up", undefined]);
  });

  it("begins TLS with Dovecot's IMAP and POP3", async (context: TestContext) => {
    process.env["PATH"] = `${process.env["PATH"]}:/usr/sbin`;
    const dovecot = peer(context, "dovecot", "dovecot-imapd");
    const [imap, pop3] = [await freePort(), await freePort()];
    const base = join(directory, "dovecot");
    const off = (name: string): string => `inet_listener ${name} {\n port = 0\n }`;
    await writeFile(
      join(directory, "dovecot.conf"),
      `protocols = imap pop3
base_dir = ${base}/
state_dir = ${base}/state
log_path = ${base}.log
listen = 127.0.0.1
ssl = yes
ssl_cert = <${join(directory, "server.pem")}
ssl_key = <${join(directory, "server.key")}
service imap-login {
 inet_listener imap {
 port = ${imap}
 }
 ${off("imaps")}
}
service pop3-login {
 inet_listener pop3 {
 port = ${pop3}
 }
 ${off("pop3s")}
}
passdb {
 driver = static
 args = nopassword=y
}
`,
    );
    await mkdir(join(base, "state"), { recursive: true });
    start(dovecot, ["-F", "-c", join(directory, "dovecot.conf")]);

    const results = [
      await probeWhenUp(certificate, imap, { ...trusted, starttls: "imap" }),
      await probeWhenUp(certificate, pop3, { ...trusted, starttls: "pop3" }),
    ];

    expect(results.map(({ verdict, headline }) => [verdict, headline?.detail])).toEqual([
      ["up", undefined],
      ["up", undefined],
    ]);
  });

  it("begins TLS with vsftpd", async (context: TestContext) => {
    process.env["PATH"] = `${process.env["PATH"]}:/usr/sbin`;
    const vsftpd = peer(context, "vsftpd", "vsftpd");
    const port = await freePort();
    const empty = join(directory, "empty");
    await mkdir(empty);
    const settings = {
      listen: "YES",
      listen_address: "127.0.0.1",
      listen_port: port,
      background: "NO",
      ssl_enable: "YES",
      rsa_cert_file: join(directory, "server.pem"),
      rsa_private_key_file: join(directory, "server.key"),
      secure_chroot_dir: empty,
      run_as_launching_user: "NO",
    };
    const file = join(directory, "vsftpd.conf");
    await writeFile(
      file,
      Object.entries(settings)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(""),
    );
    start(vsftpd, [file]);

    const result = await probeWhenUp(certificate, port, { ...trusted, starttls: "ftp" });

    expect([result.verdict, result.headline?.detail]).toEqual(["up", undefined]);
  });

  it("asks NSD over UDP, TCP and TLS", async (context: TestContext) => {
    process.env["PATH"] = `${process.env["PATH"]}:/usr/sbin`;
    const nsd = peer(context, "nsd", "nsd");
    const [plain, tls] = [await freePort(), await freePort()];
    await writeFile(
      join(directory, "shop.zone"),
      `$TTL 300
@ IN SOA ns1 ops 2026112601 3600 600 86400 300
@ IN NS ns1
ns1 IN A 192.0.2.53
www IN A 192.0.2.1
www IN A 192.0.2.2
@ IN MX 10 mail
@ IN CAA 0 issue "letsencrypt.org"
@ IN TXT "v=spf1 -all"
`,
    );
    const config = join(directory, "nsd.conf");
    await writeFile(
      config,
      `server:
  ip-address: 127.0.0.1@${plain}
  ip-address: 127.0.0.1@${tls}
  tls-port: ${tls}
  tls-service-key: "${join(directory, "server.key")}"
  tls-service-pem: "${join(directory, "server.pem")}"
  username: ""
  chroot: ""
  pidfile: ""
  database: ""
  zonesdir: "${directory}"
  zonelistfile: "${join(directory, "zone.list")}"
  xfrdfile: "${join(directory, "xfrd.state")}"
  xfrdir: "${directory}"
remote-control:
  control-enable: no
zone:
  name: shop.test
  zonefile: shop.zone
`,
    );
    start(nsd, ["-d", "-c", config]);
    await probeWhenUp(tcp, plain, {});

    const asked: readonly (readonly [port: number, options: Readonly<Record<string, unknown>>])[] = [
      [plain, { name: "www.shop.test", expect: { values: ["192.0.2.1", "192.0.2.2"], authoritative: true } }],
      [plain, { name: "shop.test", type: "MX", transport: "tcp", expect: { values: ["10 mail.shop.test."] } }],
      [plain, { name: "shop.test", type: "CAA", expect: { values: ['0 issue "letsencrypt.org"'] } }],
      [
        plain,
        {
          name: "shop.test",
          type: "TXT",
          expect: { answer: { all_match: ['^shop\\.test\\.\t300\tIN\tTXT\t"v=spf1'] } },
        },
      ],
      [plain, { name: "missing.shop.test", expect: { rcodes: ["NXDOMAIN"], authority: { any_matches: ["\tSOA\t"] } } }],
      [plain, { name: "example.com", expect: { rcodes: ["REFUSED"] } }],
      [tls, { name: "shop.test", type: "SOA", transport: "tls", ...trusted }],
    ];
    const results = [];
    for (const [port, options] of asked) {
      results.push((await startNetworkRun(dns, `127.0.0.1:${port}`, { recurse: false, ...options }).outcome).result);
    }

    expect(results.map(({ verdict, headline }) => [verdict, headline?.detail])).toEqual(
      asked.map(() => ["up", undefined]),
    );
    expect(results.at(-1)?.samples.find(({ metric }) => metric === "probe_dns_serial")?.value).toBe(2026112601);
  });
});
