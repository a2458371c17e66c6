import type { Finding } from "../checks/finding.ts";
import type { Wire } from "../ports/wires.ts";
import { escapeControls } from "../text/printable.ts";
import type { Read, WireReader } from "./wire-reader.ts";

const mysqlSsl = 0x800;
const largestGreetingBytes = 1024;
const refusalPacket = 0xff;
const consent = "S".charCodeAt(0);
const refusal = "N".charCodeAt(0);

/** Asks a PostgreSQL server to begin TLS. @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL */
export async function askPostgresForTls(wire: Wire, reader: WireReader): Promise<Finding | undefined> {
  const failure = await wire.send(Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47));
  if (failure !== undefined) return failure;
  const read = await reader.bytes(1);
  if (!("got" in read)) return broken(read);
  const [answer] = read.got;
  if (answer === consent) return undefined;
  return down(
    answer === refusal ? "the server does not offer TLS" : "the other end does not speak PostgreSQL's protocol",
  );
}

/** Reads the packet by which a MySQL server begins, with its head. @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html */
export async function readMysqlGreeting(
  reader: WireReader,
): Promise<Readonly<{ packet: Uint8Array } | { finding: Finding }>> {
  const head = await reader.bytes(4);
  if (!("got" in head)) return { finding: broken(head) };
  const [low = 0, middle = 0, high = 0] = head.got;
  const size = low + middle * 256 + high * 65_536;
  if (size === 0 || size > largestGreetingBytes) return { finding: noMysql };
  const packet = await reader.bytes(size);
  if (!("got" in packet)) return { finding: broken(packet) };
  if (packet.got[0] !== 10 && packet.got[0] !== refusalPacket) return { finding: noMysql };
  const whole = new Uint8Array(4 + size);
  whole.set(head.got);
  whole.set(packet.got, 4);
  return { packet: whole };
}

/** True where a server's first bytes may be PostgreSQL's: a request of the login, a refusal or a notice, of a sane length. */
export function beginsAsPostgres(bytes: Uint8Array): boolean {
  const [type = 0, highest = 0, high = 0] = bytes;
  return "RENv".includes(String.fromCharCode(type)) && highest === 0 && high === 0;
}

/** Why TLS cannot be begun with the server that greets like this. */
export function refusesMysqlTls(packet: Uint8Array): Finding | undefined {
  const greeting = packet.subarray(4);
  const text = new TextDecoder("latin1").decode(greeting);
  if (greeting[0] === refusalPacket)
    return down(`the other end does not begin TLS; it says "${escapeControls(text.slice(3)).slice(0, 200)}"`);
  // Version text to its zero, connection id, eight bytes and a filler: then the lower half of the capabilities.
  const at = text.indexOf("\u0000") + 1 + 4 + 8 + 1;
  if (at + 1 >= greeting.length) return noMysql;
  const capabilities = (greeting[at] ?? 0) + (greeting[at + 1] ?? 0) * 256;
  return (capabilities & mysqlSsl) === 0 ? down("the server does not offer TLS") : undefined;
}

function broken(read: Exclude<Read<unknown>, { got: unknown }>): Finding {
  return "finding" in read ? read.finding : ended;
}

function down(detail: string): Finding {
  return { is: "down", reason: "protocol", phase: "dialogue", detail };
}

const ended: Finding = {
  is: "down",
  reason: "reset",
  phase: "dialogue",
  detail: "the other end closed the connection before it said who it is",
};
const noMysql: Finding = down("the other end does not speak MySQL's protocol");
