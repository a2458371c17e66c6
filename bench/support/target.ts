import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { certificatePath, identities } from "../../test/support/samples/certificates.ts";
import { freePort, Peer, peerPath } from "./peers.ts";

/** What all contenders probe: one server on loopback with a small page, one of 20 KB, and the small one over TLS 1.3 with P-256. */
export type Target = Readonly<{
  name: string;
  pid: number;
  httpPort: number;
  httpsPort: number;
  stop(): Promise<void>;
}>;

/** The target listens on these, so that many checks load many hosts. */
export const hosts: readonly string[] = Array.from({ length: 16 }, (_, index) => `127.0.0.${index + 1}`);
export const smallPath = "/small.txt";
export const pagePath = "/page.html";
/** Stands near the end of the page. */
export const keyword = "加入购物车";

/** 20 KB of HTML with the keyword near its end. */
export const pageHtml = `<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>商城</title></head><body>
${'<p class="item">An item of the shop with a price and a picture, 商品。</p>\n'.repeat(295)}<button>${keyword}</button></body></html>
`;

export type TargetPorts = Pick<Target, "httpPort" | "httpsPort">;

/** Starts nginx where it is installed, else the same pages from Node, which costs the machine more; on free ports unless some are given. */
export async function startTarget(directory: string, ports?: TargetPorts): Promise<Target> {
  const { httpPort, httpsPort } = ports ?? { httpPort: await freePort(), httpsPort: await freePort() };
  const binary = peerPath("nginx");
  const url = `http://127.0.0.1:${httpPort}${smallPath}`;
  const log = join(directory, "target.log");
  const server =
    binary === undefined
      ? await Peer.start([process.execPath, nodeTarget, String(httpPort), String(httpsPort)], log, url)
      : await Peer.start([binary, "-p", directory, "-c", nginxFiles(directory, httpPort, httpsPort)], log, url);
  const name = binary === undefined ? "a Node server" : "nginx";
  return { name, pid: server.pid, httpPort, httpsPort, stop: () => server.stop() };
}

const nodeTarget = new URL("../node-target.ts", import.meta.url).pathname;

/** Writes pages, identity and config; returns the config's path. */
function nginxFiles(directory: string, httpPort: number, httpsPort: number): string {
  const root = join(directory, "pages");
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, smallPath), "ok\n");
  writeFileSync(join(root, pagePath), pageHtml);
  const chain = join(directory, "chain.pem");
  writeFileSync(chain, identities.good.cert);
  const path = join(directory, "nginx.conf");
  const listens = hosts.flatMap((host) => [`listen ${host}:${httpPort};`, `listen ${host}:${httpsPort} ssl;`]);
  writeFileSync(
    path,
    `daemon off; master_process off; pid ${directory}/nginx.pid; error_log ${directory}/nginx.error.log;
events { worker_connections 4096; }
http {
  access_log off; charset utf-8; types { text/html html; text/plain txt; }
  client_body_temp_path ${directory}/t1; proxy_temp_path ${directory}/t2; fastcgi_temp_path ${directory}/t3;
  uwsgi_temp_path ${directory}/t4; scgi_temp_path ${directory}/t5;
  server {
    ${listens.join("\n    ")}
    root ${root};
    ssl_certificate ${chain}; ssl_certificate_key ${certificatePath("good.key")};
    ssl_protocols TLSv1.3; ssl_session_cache off; ssl_session_tickets off;
  }
}
`,
  );
  return path;
}
