import { describe, expect, it } from "vitest";
import { dialPath, pathFailure } from "./dial-path.ts";

describe("platform/net/dial-path", () => {
  it.each([
    ["ENOENT", "down", "refused", "there is no socket (/run/a)"],
    ["ECONNREFUSED", "down", "refused", "nobody listens on the socket (/run/a)"],
    ["EPROTOTYPE", "down", "protocol", "it is a socket of another type (/run/a)"],
    ["EACCES", "unknown", "permission", "this process may not use the socket (/run/a)"],
    ["EMFILE", "unknown", "local_resources", "ulimit -n"],
  ])("makes of %s what it means", (code, is, reason, detail) => {
    const finding = pathFailure(Object.assign(new Error("x"), { code }), "/run/a");

    expect(finding).toMatchObject({ is, reason, phase: "connect" });
    expect(finding.detail).toContain(detail);
  });

  it("does not begin when the time is over", async () => {
    expect(await dialPath("/run/none", AbortSignal.abort())).toMatchObject({ finding: { reason: "connect_timeout" } });
  });
});
