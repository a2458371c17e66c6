import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, type TestContext } from "vitest";
import type { Result } from "../../src/core/checks/result.ts";
import type { Json } from "../../src/core/json.ts";
import { ssh } from "../../src/probes/ssh/ssh.ts";
import { peer } from "../support/daemons/peers.ts";
import { type InetdServer, serveByInetd } from "../support/servers/ssh-daemon.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../support/worlds/http-run.ts";

type Options = Readonly<Record<string, unknown>>;

const servers: InetdServer[] = [];
let directory = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-ssh-"));
  // As root the daemon wants a directory to lock itself into.
  if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Makes a key and tells its fingerprint in ssh-keygen's own words. */
function makeKey(context: TestContext, name: string, ...type: readonly string[]): string {
  const keygen = peer(context, "ssh-keygen", "openssh-client");
  const path = join(directory, name);
  execFileSync(keygen, ["-q", "-N", "", "-f", path, "-t", ...type]);
  return execFileSync(keygen, ["-lf", path], { encoding: "utf8" }).split(" ")[1] ?? "";
}

async function serve(context: TestContext, key: string, ...lines: readonly string[]): Promise<number> {
  const sshd = peer(context, "sshd", "openssh-server");
  const config = join(directory, `${key}.conf`);
  await writeFile(config, ["UsePAM no", `HostKey ${join(directory, key)}`, ...lines, ""].join("\n"));
  await chmod(config, 0o600);
  const server = await serveByInetd(sshd, ["-i", "-f", config]);
  servers.push(server);
  return server.port;
}

async function run(port: number, options: Options = {}, memory?: Json): Promise<Result> {
  return (await startNetworkRun(ssh, `127.0.0.1:${port}`, options, { memory }).outcome).result;
}

const modern = ["MACs hmac-sha2-256", "Ciphers aes128-ctr,aes256-ctr", "KexAlgorithms curve25519-sha256"];

describe("probes/ssh beside OpenSSH and Dropbear", () => {
  it("is up, and finds the fingerprint that ssh-keygen tells", async (context: TestContext) => {
    const fingerprint = makeKey(context, "ed", "ed25519");
    const port = await serve(context, "ed", ...modern);

    const good = await run(port, { fingerprints: [fingerprint], banner: "^SSH-2.0-OpenSSH_" });
    const other = await run(port, { fingerprints: [`SHA256:${"A".repeat(43)}`], banner: "dropbear" });

    expect([good.verdict, good.headline?.detail]).toEqual(["up", undefined]);
    expect(good.memory).toEqual({ type: "ssh-ed25519", fingerprint });
    expect(sampleOf(good, "probe_ssh_host_key_length")).toBe(256);
    expect(sampleOf(good, "probe_ssh_weak_algorithms", { kind: "cipher" })).toBe(0);
    expect(reasonsOf(other)).toEqual(["down keyword", "down content_mismatch"]);
    expect(other.findings[1]?.detail).toContain(fingerprint);
  });

  it.for([
    ["curve25519-sha256@libssh.org", "ecdsa", 256],
    ["ecdh-sha2-nistp256", "ecdsa", 384],
    ["ecdh-sha2-nistp384", "ecdsa", 521],
    ["ecdh-sha2-nistp521", "rsa", 2048],
    ["diffie-hellman-group16-sha512", "ed25519", 256],
    ["diffie-hellman-group14-sha256", "ed25519", 256],
  ] as const)("agrees by %s with a host key of %s %d", async ([exchange, type, bits], context) => {
    const name = `${type}-${bits}-${exchange}`;
    const fingerprint = makeKey(context, name, type, ...(type === "ed25519" ? [] : ["-b", String(bits)]));
    const port = await serve(context, name, ...modern.slice(0, 2), `KexAlgorithms ${exchange}`);

    const result = await run(port, { fingerprints: [fingerprint] });

    expect([result.verdict, result.headline?.detail]).toEqual(["up", undefined]);
    expect(sampleOf(result, "probe_ssh_host_key_length")).toBe(bits);
  });

  it("says what is weak, as much as it matters", async (context: TestContext) => {
    makeKey(context, "short", "rsa", "-b", "1024");
    const port = await serve(
      context,
      "short",
      "RequiredRSASize 1024",
      "HostKeyAlgorithms ssh-rsa",
      "KexAlgorithms diffie-hellman-group14-sha1",
      "Ciphers aes128-cbc",
      "MACs hmac-sha1",
    );
    const allow = ["diffie-hellman-group14-sha1", "ssh-rsa", "aes128-cbc", "hmac-sha1"];

    const warned = await run(port);
    const allowed = await run(port, { allow, least_rsa_bits: 1024 });

    expect([warned.verdict, ...reasonsOf(warned)]).toEqual(["up", "flaw ssh_weak"]);
    expect(warned.headline?.detail).toBe(
      "it offers diffie-hellman-group14-sha1, ssh-rsa, aes128-cbc, hmac-sha1; its host key has 1024 bits, less than 2048",
    );
    expect(sampleOf(warned, "probe_ssh_weak_algorithms", { kind: "key_exchange" })).toBe(1);
    expect(reasonsOf(await run(port, { weak: "down" }))).toEqual(["down ssh_weak"]);
    expect(reasonsOf(await run(port, { weak: "ignore" }))).toEqual([]);
    expect(reasonsOf(allowed)).toEqual([]);
  });

  it("tells for a day that the host key is another one", async (context: TestContext) => {
    const fingerprint = makeKey(context, "renewed", "ed25519");
    const port = await serve(context, "renewed", ...modern);
    const before = `SHA256:${"B".repeat(43)}`;

    const first = await run(port, {}, { type: "ssh-ed25519", fingerprint: before });
    const second = await run(port, {}, first.memory);
    const later = await run(port, {}, { ...(first.memory as Readonly<Record<string, Json>>), changedAtMs: 0 });
    const otherType = await run(port, {}, { type: "ssh-rsa", fingerprint: before });
    const unwatched = await run(port, { changed: "ignore" }, { type: "ssh-ed25519", fingerprint: before });

    expect([first, second].map((result) => reasonsOf(result))).toEqual([["flaw changed"], ["flaw changed"]]);
    expect(first.headline?.detail).toContain(`changed from ${before} to ${fingerprint} (ssh-ed25519)`);
    expect([later, otherType, unwatched].flatMap((result) => reasonsOf(result))).toEqual([]);
  });

  it("talks to Dropbear", async (context: TestContext) => {
    const dropbear = peer(context, "dropbear", "dropbear-bin");
    const path = join(directory, "dropbear.key");
    execFileSync(peer(context, "dropbearkey", "dropbear-bin"), ["-t", "ed25519", "-f", path], { stdio: "ignore" });
    const server = await serveByInetd(dropbear, ["-i", "-r", path]);
    servers.push(server);

    const result = await run(server.port, { banner: "dropbear", weak: "ignore" });

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up"]);
    expect(result.memory).toMatchObject({ type: "ssh-ed25519" });
  });
});
