import { describe, expect, it, type TestContext } from "vitest";
import { runWatchfireUnder, slowMs } from "../support/daemons/daemon-process.ts";
import { peer } from "../support/daemons/peers.ts";

/** What runs in a network of its own, of which this machine notices nothing. */
function inOwnNetwork(context: TestContext, ...script: readonly string[]): readonly string[] {
  const unshare = peer(context, "unshare", "util-linux");
  peer(context, "ip", "iproute2");
  return [
    unshare,
    "--map-root-user",
    "--net",
    "sh",
    "-c",
    ["ip link set lo up", ...script, 'exec "$@"'].join(" && "),
    "sh",
  ];
}

/** Takes the only port for itself, then runs what it is given. */
const holder = `
const { connect, createServer } = require("node:net");
const server = createServer().listen(30000, "127.0.0.1", () => {
  connect(30000, "127.0.0.1", () => {
    const { status, stdout } = require("node:child_process").spawnSync(process.argv[1], process.argv.slice(2));
    process.stdout.write(stdout, () => process.exit(status));
  });
});`;

describe("e2e/watchfire on a poor machine", () => {
  it("F15 says nothing of a target when no local port is left to connect from", {
    timeout: slowMs,
  }, async (context) => {
    const ports = 'echo "40000 40000" > /proc/sys/net/ipv4/ip_local_port_range';
    const under = [...inOwnNetwork(context, ports), process.execPath, "-e", holder];

    const { code, stdout } = await runWatchfireUnder(under, "probe", "tcp", "127.0.0.1:30000", "--output", "json");

    expect(JSON.parse(stdout)).toMatchObject({
      verdict: "unknown",
      findings: [{ is: "unknown", reason: "local_resources" }],
    });
    expect(code).toBe(3);
  });

  it("F17 says that it has no right to send echo requests", { timeout: slowMs }, async (context) => {
    const setpriv = peer(context, "setpriv", "util-linux");
    peer(context, "ping", "iputils-ping");
    const under = [...inOwnNetwork(context), setpriv, "--bounding-set=-net_raw", "--inh-caps=-net_raw"];

    const { code, stdout } = await runWatchfireUnder(under, "probe", "icmp", "127.0.0.1", "--output", "json");

    expect(JSON.parse(stdout)).toMatchObject({
      verdict: "unknown",
      findings: [{ is: "unknown", reason: "permission" }],
    });
    expect(code).toBe(3);
  });
});
