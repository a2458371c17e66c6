import { describe, expect, it } from "vitest";
import { isSocketFailure, socketFailure } from "./socket-failure.ts";

const failed = (code: string): Error => Object.assign(new Error(code), { code });

describe("platform/net/socket-failure", () => {
  it.each([
    ["ECONNREFUSED", "down", "refused"],
    ["EHOSTUNREACH", "down", "unreachable"],
    ["ENETUNREACH", "down", "unreachable"],
    ["ETIMEDOUT", "down", "connect_timeout"],
    ["ECONNRESET", "down", "reset"],
    ["EMFILE", "unknown", "local_resources"],
    ["EADDRNOTAVAIL", "unknown", "local_resources"],
    ["ENOBUFS", "unknown", "local_resources"],
    ["EPERM", "unknown", "permission"],
    ["EWHATEVER", "down", "unreachable"],
  ])("%s is %s %s (F11, F15)", (code, is, reason) => {
    expect(socketFailure(failed(code))).toMatchObject({ is, reason });
  });

  it("tells the system's errors from those of protocols", () => {
    expect(isSocketFailure(failed("EPIPE"))).toBe(true);
    expect(isSocketFailure(failed("ERR_SSL_WRONG_VERSION_NUMBER"))).toBe(false);
    expect(isSocketFailure("text")).toBe(false);
  });
});
