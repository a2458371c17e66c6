import { networkIo } from "./network-io.ts";
import type { ProbeServers } from "./probe-servers.ts";
import type { Given } from "./probe-suite.ts";

/** Cases of the probes of what is asked over HTTP. */
export const webCases = (scene: ProbeServers): Readonly<Record<string, Given>> => ({
  grpc: {
    io: networkIo,
    cases: () => [
      { name: "a good server", address: `127.0.0.1:${scene.grpcServer.port}`, options: { metadata: { "x-a": "b" } } },
      { name: "an ill service", address: `127.0.0.1:${scene.grpcServer.port}`, options: { grpc_service: "ill" } },
      { name: "no such service", address: `127.0.0.1:${scene.grpcServer.port}`, options: { grpc_service: "none" } },
      { name: "no HTTP/2", address: `127.0.0.1:${scene.port}`, options: {} },
      { name: "no TLS", address: `127.0.0.1:${scene.port}`, options: { encryption: "tls" } },
      { name: "no server", address: "127.0.0.1:1", options: {} },
      { name: "no host", address: "missing.localhost.invalid.:80", options: {} },
      {
        name: "silence",
        address: `127.0.0.1:${scene.grpcServer.port}`,
        options: { grpc_service: "silent" },
        pending: true,
      },
    ],
  },
  http: {
    io: networkIo,
    cases: () => [
      { name: "a page", address: `http://127.0.0.1:${scene.port}/`, options: {} },
      {
        name: "a page without the word",
        address: `http://127.0.0.1:${scene.port}/`,
        options: { expect: { contains: ["x"] } },
      },
      { name: "no server", address: "http://127.0.0.1:1/", options: {} },
      { name: "no host", address: "http://missing.localhost.invalid./", options: {} },
      { name: "no TLS", address: `https://127.0.0.1:${scene.port}/`, options: {} },
      { name: "every address", address: `http://127.0.0.1:${scene.port}/`, options: { edges: {} } },
      {
        name: "no name server for the addresses",
        address: `http://shop.test:${scene.port}/`,
        options: { edges: { resolvers: ["127.0.0.1:1"] } },
      },
      { name: "no answer", address: `http://127.0.0.1:${scene.port}/hang`, options: {}, pending: true },
    ],
  },
  images: {
    io: networkIo,
    cases: () => [
      { name: "a page without images", address: `http://127.0.0.1:${scene.port}/`, options: {} },
      { name: "a bad image", address: `http://127.0.0.1:${scene.port}/shop`, options: { max_images: 1 } },
      { name: "no server", address: "http://127.0.0.1:1/", options: {} },
      { name: "no host", address: "http://missing.localhost.invalid./", options: {} },
      { name: "no answer", address: `http://127.0.0.1:${scene.port}/hang`, options: {}, pending: true },
      { name: "every address", address: `http://127.0.0.1:${scene.port}/shop`, options: { max_images: 1, edges: {} } },
      { name: "an image without answer", address: `http://127.0.0.1:${scene.port}/shop`, options: {}, pending: true },
    ],
  },
  json: {
    io: networkIo,
    cases: () => [
      { name: "health", address: `http://127.0.0.1:${scene.port}/health`, options: {} },
      {
        name: "values",
        address: `http://127.0.0.1:${scene.port}/health`,
        options: { values: { n: { path: "$.n", above: { warning: 1 }, metric: "shop_n" }, none: { path: "$.x" } } },
      },
      { name: "no document", address: `http://127.0.0.1:${scene.port}/`, options: {} },
      { name: "no server", address: "http://127.0.0.1:1/", options: {} },
      { name: "no host", address: "http://missing.localhost.invalid./", options: {} },
      { name: "no answer", address: `http://127.0.0.1:${scene.port}/hang`, options: {}, pending: true },
    ],
  },
  scrape: {
    io: networkIo,
    cases: () => [
      { name: "metrics", address: `http://127.0.0.1:${scene.port}/metrics`, options: { expose: true } },
      { name: "no metrics", address: `http://127.0.0.1:${scene.port}/`, options: {} },
      {
        name: "a limit",
        address: `http://127.0.0.1:${scene.port}/metrics`,
        options: { thresholds: { jobs: { series: ["jobs"], above: { down: 1 } } } },
      },
      { name: "no server", address: "http://127.0.0.1:1/metrics", options: {} },
      { name: "no answer", address: `http://127.0.0.1:${scene.port}/hang`, options: {}, pending: true },
    ],
  },
  websocket: {
    io: networkIo,
    cases: () => [
      { name: "a good server", address: `ws://127.0.0.1:${scene.socketPort}/`, options: {} },
      {
        name: "a dialogue",
        address: `ws://127.0.0.1:${scene.socketPort}/`,
        options: { dialogue: [{ send: "a" }, { expect: "a" }, { ping: true }, { send: "b" }, { expect_next: "c" }] },
      },
      { name: "no WebSocket", address: `ws://127.0.0.1:${scene.port}/`, options: {} },
      { name: "no TLS", address: `wss://127.0.0.1:${scene.port}/`, options: {} },
      { name: "no server", address: "ws://127.0.0.1:1/", options: {} },
      { name: "no host", address: "ws://missing.localhost.invalid./", options: {} },
      {
        name: "silence",
        address: `ws://127.0.0.1:${scene.socketPort}/`,
        options: { dialogue: [{ expect: "never" }] },
        pending: true,
      },
    ],
  },
});
