import { describe, expect, it } from "vitest";
import { checkOf, downFinding, resultOf } from "../../../test/support/worlds/alerting-world.ts";
import type { Finding } from "../../core/checks/finding.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import { mayBeUplink, targetsOutside, withoutUplink } from "./without-uplink.ts";

const down = (reason: Reason): Finding => ({ is: "down", reason, detail: "d" });
const slow: Finding = { is: "flaw", severity: "warning", reason: "slow", detail: "2 s" };
const lookUp: Finding = { is: "unknown", reason: "lookup_failed", detail: "no registry answers" };
const check = checkOf("a");

describe("alerting/uplink/without-uplink", () => {
  it.each<[findings: readonly Finding[], expected: boolean]>([
    [[], false],
    [[slow], false],
    [[down("connect_timeout"), slow], true],
    [[down("dns_timeout")], true],
    [[downFinding], false],
    [[down("connect_timeout"), down("keyword")], false],
    [[{ is: "unknown", reason: "stall", detail: "d" }], false],
    [[lookUp, slow], true],
    [[lookUp, { is: "unknown", reason: "stall", detail: "d" }], false],
  ])("takes %j for what a lost uplink causes: %s", (findings, expected) => {
    expect(mayBeUplink(resultOf(check, 0, findings))).toBe(expected);
  });

  it("makes such a result unknown, and says what it had been", () => {
    expect(withoutUplink(resultOf(check, 0, [down("unreachable"), slow]))).toMatchObject({
      verdict: "unknown",
      headline: { is: "unknown", reason: "uplink", detail: "our uplink is lost (unreachable: d)" },
      findings: [{ is: "unknown" }, slow],
    });
  });

  it("says of a registry that could not be asked that it is our uplink, so that not every domain becomes blind on its own", () => {
    expect(withoutUplink(resultOf(check, 0, [lookUp, slow]))).toMatchObject({
      verdict: "unknown",
      headline: { reason: "uplink", detail: "our uplink is lost (lookup_failed: no registry answers)" },
      findings: [{ is: "unknown", reason: "uplink" }, slow],
    });
  });

  it.each<[address: string, outside: boolean]>([
    ["https://shop.example.com/", true],
    ["shop.example.com:443", true],
    ["8.8.8.8", true],
    ["[2400:3200::1]:53", true],
    ["http://127.0.0.1:80/", false],
    ["10.1.2.3:22", false],
    ["http://gitlab/", false],
    ["http://db.corp:5432", false],
    ["https://wiki.example.com/", false],
    ["files.intra.example.com:21", false],
  ])("takes %s for outside: %s", (address, outside) => {
    const at = { ...check, targets: [{ id: "t", address, display: address, labels: {} }] };

    expect(targetsOutside([at], ["wiki.example.com", "*.intra.example.com"]).size).toBe(outside ? 1 : 0);
  });
});
