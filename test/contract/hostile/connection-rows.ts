import type { Fault } from "../../support/fault-server/fault-server.ts";
import type { identities } from "../../support/samples/certificates.ts";
import type { namedSpeakers, plainSpeakers, tlsSpeakers } from "./speakers.ts";

export type PlainSpeaker = keyof typeof plainSpeakers;
type Row<Speaker extends string> = Readonly<{ all: string } & Partial<Record<Speaker, string>>>;

const lookup = "unknown lookup_failed";
const whois = { domain: lookup, "file in a store": lookup, "domain WHOIS": "unknown parse" } as const;

/** Once both ends know that they are connected. */
function connected(action: () => void): void {
  setImmediate(() => setImmediate(() => setImmediate(action)));
}

function pour(bytes: Uint8Array): Fault {
  return ({ socket }) => {
    const more = (): void => {
      while (socket.writable) if (!socket.write(bytes)) return void socket.once("drain", more);
    };
    more();
  };
}

const silent: Fault = ({ stalled }) => connected(stalled);
const closed: Fault = ({ socket }) => void socket.end();
const reset: Fault = ({ socket }) => connected(() => socket.resetAndDestroy());
const drip: Fault = ({ socket, stalled }) => {
  let sent = 0;
  const timer = setInterval(() => {
    socket.write("1");
    sent += 1;
    if (sent === 5) stalled();
  }, 2);
  socket.once("close", () => clearInterval(timer));
};
const garbage: Fault = ({ socket }) =>
  void socket.end(Buffer.from([0xff, 0, 0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xc0, 0x80, 13, 10]));

/** What each fault does from the moment on which somebody connects. */
export const connectionFaults = {
  "F12 silent": silent,
  "F12 closed": closed,
  F13: reset,
  F21: drip,
  F22: pour(Buffer.alloc(65_536, "x")),
  "F22 lines": pour(Buffer.from("x\r\n".repeat(20_000))),
  F28: garbage,
} as const satisfies Readonly<Record<string, Fault>>;

const dialogues = {
  tcp: "down timeout",
  "certificate STARTTLS": "down timeout",
  dns: "down dns_timeout",
  redis: "down timeout",
  ssh: "down timeout",
  domain: lookup,
  "file in a store": lookup,
  "domain WHOIS": lookup,
} as const;

/** What a connection that is spoiled comes to before a probe knows what the other end speaks. */
export const connectionRows: Readonly<Record<keyof typeof connectionFaults, Row<PlainSpeaker>>> = {
  "F12 silent": {
    all: "down ttfb_timeout",
    ...dialogues,
    "sql postgres": "down timeout",
    "sql mysql": "down timeout",
  },
  "F12 closed": {
    all: "down reset",
    ...whois,
    tcp: "down keyword",
    "certificate STARTTLS": "down protocol",
    dns: "down dns_malformed",
    ssh: "down protocol",
  },
  F13: { all: "down reset", ...whois, "domain WHOIS": lookup },
  F21: {
    ...dialogues,
    all: "down protocol",
    websocket: "down ttfb_timeout",
    grpc: "down ttfb_timeout",
  },
  F22: { all: "down protocol", ...whois, dns: "down dns_malformed" },
  "F22 lines": { all: "down protocol", ...whois, dns: "down dns_malformed" },
  F28: { all: "down protocol", ...whois, tcp: "down keyword", dns: "down dns_malformed" },
};

const registries = { domain: lookup, "file in a store": lookup, "domain WHOIS": lookup } as const;

/** What bad names and name servers come to, whoever looks them up. */
export const nameRows: Readonly<Record<string, Row<keyof typeof namedSpeakers>>> = {
  "F01 servfail.test": { all: "down dns_servfail", ...registries },
  "F02 silent.test": { all: "down dns_timeout", ...registries },
  "F03 missing.test": { all: "down dns_nxdomain", ...registries },
  "F03 empty.test": { all: "down dns_nodata", ...registries },
  "F05 broken.test": { all: "down dns_malformed", ...registries },
};

/** What a certificate comes to, whatever is spoken behind it. */
export const identityRows = {
  expired: ["F40", "down tls_expired"],
  notYetValid: ["F40", "down tls_not_yet_valid"],
  wrongHost: ["F41", "down tls_hostname"],
  untrusted: ["F41", "down tls_untrusted"],
  selfSigned: ["F41", "down tls_self_signed"],
  incompleteChain: ["F41", "down tls_incomplete_chain"],
  shortKey: ["F42", "down tls_weak"],
  sha1: ["F42", "down tls_weak"],
} as const satisfies Readonly<Partial<Record<keyof typeof identities, readonly [row: string, told: string]>>>;

const overDns = { "dns over TLS": "down dns_timeout", "dns over HTTPS": "down dns_timeout" } as const;

/** What goes wrong before TLS stands. */
export const handshakeFaults = {
  "F12 closed": closed,
  F13: reset,
  "F43 after ClientHello": ({ socket, stalled }) => void socket.once("data", stalled),
  "F43 one byte a time": drip,
  F44: garbage,
} as const satisfies Readonly<Record<string, Fault>>;

export const handshakeRows: Readonly<Record<keyof typeof handshakeFaults, Row<keyof typeof tlsSpeakers>>> = {
  "F12 closed": { all: "down reset" },
  F13: { all: "down reset" },
  "F43 after ClientHello": { all: "down tls_timeout", ...overDns },
  "F43 one byte a time": { all: "down tls_timeout", ...overDns },
  F44: { all: "down tls_handshake" },
};
