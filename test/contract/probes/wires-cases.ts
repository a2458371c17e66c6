import { networkIo } from "./network-io.ts";
import type { ProbeServers } from "./probe-servers.ts";
import type { Given } from "./probe-suite.ts";

/** Cases of the probes of what is spoken over one connection. */
export const wiresCases = (scene: ProbeServers): Readonly<Record<string, Given>> => ({
  redis: {
    io: networkIo,
    cases: () => [
      { name: "a server", address: `127.0.0.1:${scene.redisPort}`, options: {} },
      { name: "another role", address: `127.0.0.1:${scene.redisPort}`, options: { expect: { role: "replica" } } },
      { name: "no Redis", address: `127.0.0.1:${scene.port}`, options: {} },
      { name: "no TLS", address: `127.0.0.1:${scene.port}`, options: { encryption: "tls" } },
      { name: "no server", address: "127.0.0.1:1", options: {} },
      { name: "no host", address: "missing.localhost.invalid.:6379", options: {} },
      { name: "silence", address: `127.0.0.1:${scene.redisPort}`, options: { password: "x" }, pending: true },
    ],
  },
  sql: {
    io: networkIo,
    cases: () => {
      const dsn = (at: number) => `postgres://u:p@127.0.0.1:${at}/db`;
      return [
        {
          name: "a file",
          address: "shop",
          options: {
            driver: "sqlite",
            path: scene.databasePath,
            query: "select 3 as n",
            metric: "shop_n",
            above: { down: 1 },
          },
        },
        { name: "no file", address: "shop", options: { driver: "sqlite", path: "/none/x.db" } },
        { name: "no database", address: "shop", options: { dsn: dsn(scene.bannerPort) } },
        { name: "no server", address: "shop", options: { dsn: dsn(1), encryption: "tls" } },
        { name: "silence", address: "shop", options: { dsn: dsn(scene.port) }, pending: true },
      ];
    },
  },
  ssh: {
    io: networkIo,
    cases: () => [
      { name: "no SSH", address: `127.0.0.1:${scene.bannerPort}`, options: {} },
      { name: "no server", address: "127.0.0.1:1", options: { banner: "OpenSSH" } },
      { name: "no host", address: "missing.localhost.invalid.", options: {} },
      { name: "silence", address: `127.0.0.1:${scene.port}`, options: {}, pending: true },
    ],
  },
  tcp: {
    io: networkIo,
    cases: () => [
      { name: "a scene.port", address: `127.0.0.1:${scene.port}`, options: {} },
      {
        name: "a dialogue",
        address: `127.0.0.1:${scene.port}`,
        options: {
          dialogue: [
            { send: "GET / HTTP/1.0" },
            { send: "" },
            { expect: "^HTTP/[0-9.]+ ([0-9]+)", labels: { status: "$1" } },
          ],
        },
      },
      {
        name: "the wrong bytes",
        address: `127.0.0.1:${scene.port}`,
        options: { dialogue: [{ send: "GET / HTTP/1.0" }, { send: "" }, { expect_bytes: "220" }] },
      },
      { name: "no server", address: "127.0.0.1:1", options: {} },
      { name: "no host", address: "missing.localhost.invalid.:80", options: {} },
      { name: "no TLS", address: `127.0.0.1:${scene.port}`, options: { encryption: "tls" } },
      {
        name: "no answer",
        address: `127.0.0.1:${scene.port}`,
        options: { dialogue: [{ expect: "x" }] },
        pending: true,
      },
    ],
  },
  unix: {
    io: networkIo,
    cases: () => [
      { name: "a socket", address: scene.socketPath, options: {} },
      { name: "the wrong bytes", address: scene.socketPath, options: { dialogue: [{ expect_bytes: "220" }] } },
      { name: "no socket", address: "/nowhere/app.sock", options: {} },
      { name: "silence", address: scene.socketPath, options: { dialogue: [{ expect: "never" }] }, pending: true },
    ],
  },
});
