import { createServer } from "node:http";
import { connect } from "node:net";

// The floor of the door bench: Node's HTTP server and bare connections in one thread, without deadlines, phases, guards or history.
const [port] = process.argv.slice(2).map(Number);

/** As long as the metrics of a TCP probe. */
const metrics = `probe_success 1\n${"# HELP probe_dns_lookup_time_seconds Returns the time taken\n".repeat(24)}`;
const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8", "content-length": metrics.length };

createServer((request, response) => {
  const target = new URLSearchParams(request.url?.split("?", 2)[1]).get("target");
  const answer = (): void => void response.writeHead(200, headers).end(metrics, "latin1");
  if (target === null) return answer();
  const [host = "", targetPort] = target.split(":");
  const socket = connect({ host, port: Number(targetPort), noDelay: true, autoSelectFamily: false });
  socket.on("error", () => response.destroy());
  socket.once("connect", () => {
    socket.destroy();
    answer();
  });
}).listen(port, "127.0.0.1");
