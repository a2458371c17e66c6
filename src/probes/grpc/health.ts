/** The standard health service. @see https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
export const healthPath = "/grpc.health.v1.Health/Check";

export const servingStatuses = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"] as const;
export type ServingStatus = (typeof servingStatuses)[number];

/** Names of gRPC's statuses by their number. @see https://github.com/grpc/grpc/blob/master/doc/statuscodes.md */
const statusNames = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

/** Name and number of a status, as people look them up. */
export function statusText(status: number): string {
  return `${statusNames[status] ?? "unknown"} (${status})`;
}

/** The question, with the service's name as field 1. */
export function encodeRequest(service: string): Uint8Array {
  const name = new TextEncoder().encode(service);
  if (name.length === 0) return name;
  return Uint8Array.from([0x0a, ...varint(name.length), ...name]);
}

/** Reads field 1 of the answer, passing over others; undefined when it is no such message, or a status that nobody knows. */
export function decodeResponse(message: Uint8Array): ServingStatus | undefined {
  const reader = new Reader(message);
  let status = 0;
  while (!reader.isAtEnd) {
    const tag = reader.varint();
    if (tag === undefined) return undefined;
    if (tag === 8) {
      const value = reader.varint();
      if (value === undefined) return undefined;
      status = value;
    } else if (!reader.skip(tag & 7)) return undefined;
  }
  return servingStatuses[status];
}

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): number | undefined {
    let value = 0;
    for (let digits = 0; digits < 10; digits += 1) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) return undefined;
      this.#at += 1;
      value += (byte & 127) * 128 ** digits;
      if (byte < 128) return value;
    }
    return undefined;
  }

  /** Passes over a field of this wire type; false when there is none such, or it is cut off. */
  skip(wireType: number): boolean {
    const size =
      wireType === 0
        ? this.#skipped(this.varint())
        : wireType === 1
          ? 8
          : wireType === 2
            ? this.varint()
            : wireType === 5
              ? 4
              : undefined;
    if (size === undefined) return false;
    this.#at += size;
    return this.#at <= this.#bytes.length;
  }

  #skipped(value: number | undefined): number | undefined {
    return value === undefined ? undefined : 0;
  }
}
