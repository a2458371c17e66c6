import type { ProbeKind } from "../core/checks/probe.ts";
import { certificate } from "./certificate/certificate.ts";
import { dns } from "./dns/dns.ts";
import { domain } from "./domain/domain.ts";
import { exec } from "./exec/exec.ts";
import { file } from "./file/file.ts";
import { grpc } from "./grpc/grpc.ts";
import { host } from "./host/host.ts";
import { http } from "./http/http.ts";
import { icmp } from "./icmp/icmp.ts";
import { images } from "./images/images.ts";
import { json } from "./json/json.ts";
import { ntp } from "./ntp/ntp.ts";
import { push } from "./push/push.ts";
import { redis } from "./redis/redis.ts";
import { scrape } from "./scrape/scrape.ts";
import { sql } from "./sql/sql.ts";
import { ssh } from "./ssh/ssh.ts";
import { tcp } from "./tcp/tcp.ts";
import { unix } from "./unix/unix.ts";
import { websocket } from "./websocket/websocket.ts";

/** Every probe there is: config, exporter, pages and docs read this array. */
export const probeKinds: readonly ProbeKind[] = [
  certificate,
  dns,
  domain,
  exec,
  file,
  grpc,
  host,
  http,
  icmp,
  images,
  json,
  ntp,
  push,
  redis,
  scrape,
  sql,
  ssh,
  tcp,
  unix,
  websocket,
];
