import { dns } from "./dns.ts";
import { grpc } from "./grpc.ts";
import { http } from "./http.ts";
import { icmp } from "./icmp.ts";
import type { Prober } from "./prober.ts";
import { tcp } from "./tcp.ts";
import { unix } from "./unix.ts";
import { websocket } from "./websocket.ts";

/** Every prober of `blackbox.yml` that Watchfire stands in for. */
export const probers: readonly Prober[] = [dns, grpc, http, icmp, tcp, unix, websocket];
