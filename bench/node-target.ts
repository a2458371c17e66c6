import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { identities } from "../test/support/samples/certificates.ts";
import { hosts, pageHtml, pagePath } from "./support/target.ts";

// The target of the benches where nginx is not installed: `node node-target.ts <http port> <https port>`.
const [httpPort, httpsPort] = process.argv.slice(2).map(Number);

const answer: RequestListener = (request, response) => {
  const isPage = request.url === pagePath;
  response.setHeader("content-type", isPage ? "text/html; charset=utf-8" : "text/plain; charset=utf-8");
  response.end(isPage ? pageHtml : "ok\n");
};

for (const host of hosts) {
  createServer(answer).listen(httpPort, host);
  createTlsServer({ ...identities.good, minVersion: "TLSv1.3" }, answer).listen(httpsPort, host);
}
