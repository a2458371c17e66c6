import type { Finding } from "../checks/finding.ts";
import type { Phase } from "../checks/phases.ts";
import type { ProbeIo } from "../checks/probe.ts";
import { WireReader } from "../net/wire-reader.ts";
import type { ResolvedAddress } from "../ports/resolver.ts";
import type { TlsFacts } from "../ports/tls.ts";
import type { Wire, WireTls } from "../ports/wires.ts";
import { decodeMessage, encodeQuestion, isAnswerTo, type Message, type Question } from "./message.ts";

/** An answer over a connection is read no further than this. */
export const answerLimitBytes = 128 * 1024;

/** What came of asking one server. */
export type Asked = Readonly<{
  message?: Message;
  finding?: Finding;
  remote?: ResolvedAddress | undefined;
  tls?: TlsFacts;
}>;

/** Where a name server stands. */
export type ServerPlace = Readonly<{ addresses: readonly ResolvedAddress[]; port: number }>;

/** What asking is given to reach the network, and to tell how far it is. */
export type AskScene = Readonly<{
  io: Pick<ProbeIo, "datagrams" | "wires">;
  signal: AbortSignal;
  /** Which part takes time now; undefined: none. */
  enter(phase: Phase | undefined): void;
  note(line: string): void;
}>;

/** Asks one server over UDP, and again over TCP when its answer is truncated. @see RFC 7766 */
export async function askOverUdp(place: ServerPlace, question: Question, scene: AskScene): Promise<Asked> {
  const remote = place.addresses[0];
  if (remote === undefined) return { finding: malformed("the server has no address") };
  scene.enter("processing");
  const accept = (bytes: Uint8Array): boolean => isAnswerTo(bytes, question);
  const { port } = place;
  const bytes = encodeQuestion(question);
  const answer = await scene.io.datagrams.ask({ remote, port, bytes, accept }, scene.signal);
  scene.enter(undefined);
  const asked: Asked = answer.ok ? { remote, ...readAnswer(answer.bytes) } : { remote, finding: answer.finding };
  if (asked.message?.truncated !== true) return asked;
  scene.note(`the answer of ${remote.address} is truncated; asking again over TCP`);
  return askOverWire(place, question, scene);
}

/** Asks one server over TCP, or over TLS where that is given: two bytes of length before each message. @see RFC 1035 §4.2.2, RFC 7858 */
export async function askOverWire(
  { addresses, port }: ServerPlace,
  question: Question,
  scene: AskScene,
  tls?: WireTls,
): Promise<Asked> {
  scene.enter("connect");
  const wired = await scene.io.wires.dial(addresses, port, scene.signal);
  if (!wired.ok) return { finding: wired.finding };
  const { wire } = wired;
  const { remote } = wire;
  let facts: TlsFacts | undefined;
  if (tls !== undefined) {
    const secured = await wire.secure(tls);
    facts = secured.tls;
    if (secured.finding !== undefined) return { remote, finding: secured.finding, ...(facts && { tls: facts }) };
  }
  scene.enter("processing");
  const answer = await converse(wire, question);
  scene.enter(undefined);
  wire.close();
  return { remote, ...answer, ...(facts && { tls: facts }) };
}

async function converse(wire: Wire, question: Question): Promise<Pick<Asked, "message" | "finding">> {
  const bytes = encodeQuestion(question);
  const failure = await wire.send(Uint8Array.of(bytes.length >> 8, bytes.length & 255, ...bytes));
  if (failure !== undefined) return { finding: failure };
  const reader = new WireReader(wire, { limitBytes: answerLimitBytes });
  const head = await reader.bytes(2);
  if (!("got" in head)) return { finding: "finding" in head ? head.finding : closed };
  const [high = 0, low = 0] = head.got;
  const body = await reader.bytes(high * 256 + low);
  if (!("got" in body)) return { finding: "finding" in body ? body.finding : closed };
  return isAnswerTo(body.got, question)
    ? readAnswer(body.got)
    : { finding: malformed("the answer is to another question") };
}

/** Decodes the bytes of an answer, or says that they are none. */
export function readAnswer(bytes: Uint8Array): Pick<Asked, "message" | "finding"> {
  const message = decodeMessage(bytes);
  return message === undefined
    ? { finding: malformed("the answer breaks off, or does not follow the protocol") }
    : { message };
}

/** Says that what came is no answer of the DNS. */
export function malformed(detail: string): Finding {
  return { is: "down", reason: "dns_malformed", phase: "resolve", detail };
}

const closed: Finding = malformed("the server closed before its answer was complete");
