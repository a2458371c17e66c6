/** Seconds between 1900 and 1970. */
const unixEpochSeconds = 2_208_988_800;
const eraSeconds = 2 ** 32;
const fraction = 2 ** 32;
const packetBytes = 48;
const clientMode = 3;
const serverMode = 4;
const version = 4;

/** What an NTP server answered. @see RFC 5905 §7.3 */
export type NtpAnswer = Readonly<{
  /** 0: none; 1 and 2: a second is added or left out at the end of the month; 3: the server's clock is not set. */
  leap: number;
  stratum: number;
  /** Whom the server follows: an address, or four letters at stratum 1 and in a kiss of death. */
  reference: string;
  rootDelaySeconds: number;
  rootDispersionSeconds: number;
  receivedAtMs: number;
  sentAtMs: number;
}>;

/** A question; the cookie comes back in the answer, and tells nobody our time. @see draft-ietf-ntp-data-minimization */
export function encodeQuestion(cookie: Uint8Array): Uint8Array {
  const packet = new Uint8Array(packetBytes);
  packet[0] = version * 8 + clientMode;
  packet.set(cookie, 40);
  return packet;
}

/** True for an answer to the question with that cookie. */
export function answers(packet: Uint8Array, cookie: Uint8Array): boolean {
  return (
    packet.length >= packetBytes &&
    ((packet[0] ?? 0) & 7) === serverMode &&
    cookie.every((byte, index) => packet[24 + index] === byte)
  );
}

/** Reads an answer of at least 48 bytes; times are those of the era that is nearest to `nowMs`. */
export function decodeAnswer(packet: Uint8Array, nowMs: number): NtpAnswer {
  const view = new DataView(packet.buffer, packet.byteOffset);
  const stratum = view.getUint8(1);
  const id = packet.subarray(12, 16);
  return {
    leap: view.getUint8(0) >> 6,
    stratum,
    reference: stratum < 2 ? String.fromCharCode(...id.filter((byte) => byte > 32 && byte < 127)) : id.join("."),
    rootDelaySeconds: view.getUint32(4) / 65_536,
    rootDispersionSeconds: view.getUint32(8) / 65_536,
    receivedAtMs: timeAt(view, 32, nowMs),
    sentAtMs: timeAt(view, 40, nowMs),
  };
}

function timeAt(view: DataView, offset: number, nowMs: number): number {
  const seconds = view.getUint32(offset) + view.getUint32(offset + 4) / fraction;
  const era = Math.round((nowMs / 1000 + unixEpochSeconds - seconds) / eraSeconds);
  return (seconds + era * eraSeconds - unixEpochSeconds) * 1000;
}
