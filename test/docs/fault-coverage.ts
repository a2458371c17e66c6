import { connectionRows, handshakeRows, identityRows, nameRows } from "../contract/hostile/connection-rows.ts";
import { furtherHttpRows, httpRows } from "../contract/hostile/http-rows.ts";
import {
  httpSpeakers,
  localSpeakers,
  namedSpeakers,
  pathSpeakers,
  plainSpeakers,
  type Speaker,
  tlsSpeakers,
} from "../contract/hostile/speakers.ts";

type Speakers = Readonly<Record<string, Speaker>>;

const names = ["F01", "F02", "F03", "F04", "F05", "F07"];
const connections = ["F08", "F09", "F10", "F11", "F12", "F13"];
const everything = ["F15", "F16", "F18"];
const answers = ["F21", "F22", "F28"];
const http = ["F14", "F20", ...answers, "F23", "F24", "F25", "F27", "F29", "F30", "F31", "F37"];
const documents = [...http, "F26", "F32"];
const tls = ["F40", "F41", "F42", "F43", "F44"];
const network = [...names, ...connections, ...everything];

/** Which faults can befall a kind of probe at all; a kind that is not here shows what its own tests name. */
export const concerned: Readonly<Record<string, readonly string[]>> = {
  certificate: [...network, ...answers, ...tls],
  dns: [...network, ...answers, ...tls],
  domain: [...network, ...http, "F32", "F35", "F50", "F51", "F52", "F53"],
  exec: ["F15", "F18"],
  // Files of this machine, and objects of a store.
  file: [...network, ...http],
  grpc: [...network, ...answers, "F37", ...tls],
  host: ["F15", "F18"],
  http: [...network, ...documents, "F35", ...tls],
  icmp: [...names, ...everything, "F17"],
  images: [...network, "F06", ...documents, "F33", "F34", ...tls],
  json: [...network, ...documents, "F35", ...tls],
  ntp: [...names, "F11", "F12", "F28", ...everything],
  push: ["F18"],
  redis: [...network, ...answers, "F27", ...tls],
  scrape: [...network, ...documents, ...tls],
  sql: [...network, ...answers, ...tls],
  ssh: [...network, ...answers],
  tcp: [...network, ...answers, ...tls],
  // A socket in the filesystem knows no reset.
  unix: ["F11", "F12", "F15", "F18", ...answers],
  websocket: [...network, ...http, "F36", ...tls],
};

/** Held in one place that all of them go through: name resolution, dialling, pinging, the watch over the uplink, the check's state. */
export const heldOnce: readonly string[] = ["F04", "F08", "F09", "F16", "F17", "F18"];

/** What the suites of test/contract/hostile hold for a kind. */
export function heldBySuite(kind: string): readonly string[] {
  const has = (speakers: Speakers): boolean => Object.values(speakers).some((speaker) => speaker.kind.kind === kind);
  const furtherHttp = Object.entries(furtherHttpRows).filter(([, speakers]) =>
    speakers.some((name) => httpSpeakers[name].kind.kind === kind),
  );
  return [
    ...(has(httpSpeakers) ? [...Object.keys(httpRows), ...furtherHttp.map(([row]) => row)] : []),
    ...(has(plainSpeakers) ? [...Object.keys(connectionRows), "F10", "F11"] : []),
    ...(has(pathSpeakers) ? Object.keys(connectionRows) : []),
    ...(has(namedSpeakers) ? [...Object.keys(nameRows), "F07", "F15"] : []),
    ...(has(localSpeakers) ? ["F15"] : []),
    ...(has(tlsSpeakers) ? [...Object.keys(handshakeRows), ...Object.values(identityRows).map(([row]) => row)] : []),
  ].map((row) => row.slice(0, 3));
}

/** `F01–F03, F07` of ids in any order. */
export function idsText(ids: Iterable<string>): string {
  const numbers = [...new Set(ids)].map((id) => Number(id.slice(1))).sort((a, b) => a - b);
  const shown = (number: number): string => `F${String(number).padStart(2, "0")}`;
  const spans: [number, number][] = [];
  for (const number of numbers) {
    const last = spans.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else spans.push([number, number]);
  }
  return spans.map(([from, to]) => (from === to ? shown(from) : `${shown(from)}–${shown(to)}`)).join(", ") || "–";
}
