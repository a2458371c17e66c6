/** What the codes mean with which a WebSocket closes. @see https://www.iana.org/assignments/websocket */
const names: Readonly<Record<number, string>> = {
  1000: "normal closure",
  1001: "going away",
  1002: "protocol error",
  1003: "unsupported data",
  1005: "no code",
  1007: "invalid payload",
  1008: "policy violation",
  1009: "message too big",
  1010: "extension missing",
  1011: "internal error",
  1012: "service restart",
  1013: "try again later",
  1014: "bad gateway",
  3000: "unauthorised",
  3003: "forbidden",
  3008: "timeout",
};

/** The code with its meaning, where it has one. */
export function closeText(code: number): string {
  const name = names[code];
  return name === undefined ? String(code) : `${code} (${name})`;
}
