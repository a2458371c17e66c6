import { createHash, createHmac } from "node:crypto";

const tokenBytes = 16;
const tokenForm = /^[A-Za-z0-9_-]{22}$/;

/** Whose push a token announces: a check as a whole, or one of its senders. */
export type PushSubject = Readonly<{ check: string; target?: string }>;
/** A sender of a check by its name, and the target that it is. */
export type PushSender = Readonly<{ check: string; name: string; target: string }>;

/** Returns the token of a push check, or of one of its senders: 128 bits that only the holder of the key can compute, the same after every restart. */
export function pushToken(key: string, check: string, sender?: string): string {
  // Neither an id nor a sender's name holds a line end.
  const subject = sender === undefined ? check : `${check}\n${sender}`;
  return createHmac("sha256", key).update(`push\n${subject}`).digest().subarray(0, tokenBytes).toString("base64url");
}

/** Finds whom a push token belongs to. */
export class PushTokens {
  readonly #key: string;
  #subjectByDigest: ReadonlyMap<string, PushSubject> = new Map();

  constructor(key: string) {
    this.#key = key;
  }

  /** Takes the ids of all checks that wait for arrivals, and their senders; tokens of others are unknown from now on. */
  setChecks(checks: readonly string[], senders: readonly PushSender[] = []): void {
    this.#subjectByDigest = new Map([
      ...checks.map((check) => [digest(pushToken(this.#key, check)), { check }] as const),
      ...senders.map(
        ({ check, name, target }) => [digest(pushToken(this.#key, check, name)), { check, target }] as const,
      ),
    ]);
  }

  /** Returns whom a token belongs to; undefined when it is nobody. Takes the same time for near and far guesses. */
  subjectOf(token: string): PushSubject | undefined {
    return tokenForm.test(token) ? this.#subjectByDigest.get(digest(token)) : undefined;
  }
}

// The map compares digests, so how long it takes says nothing about the token.
function digest(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
