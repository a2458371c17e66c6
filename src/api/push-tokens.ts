import { createHash, createHmac } from "node:crypto";

const tokenBytes = 16;
const tokenForm = /^[A-Za-z0-9_-]{22}$/;

/** Returns the token of a push check: 128 bits that only the holder of the key can compute, the same after every restart. */
export function pushToken(key: string, check: string): string {
  return createHmac("sha256", key).update(`push\n${check}`).digest().subarray(0, tokenBytes).toString("base64url");
}

/** Finds the check that a push token belongs to. */
export class PushTokens {
  readonly #key: string;
  #checkByDigest: ReadonlyMap<string, string> = new Map();

  constructor(key: string) {
    this.#key = key;
  }

  /** Takes the ids of all checks that wait for arrivals; tokens of others are unknown from now on. */
  setChecks(checks: readonly string[]): void {
    this.#checkByDigest = new Map(checks.map((check) => [digest(pushToken(this.#key, check)), check]));
  }

  /** Returns the check of a token; undefined when there is none. Takes the same time for near and far guesses. */
  checkOf(token: string): string | undefined {
    return tokenForm.test(token) ? this.#checkByDigest.get(digest(token)) : undefined;
  }
}

// The map compares digests, so how long it takes says nothing about the token.
function digest(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
