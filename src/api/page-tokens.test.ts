import { describe, expect, it } from "vitest";
import { type PageGrant, pageActions, readPage, signPage } from "./page-tokens.ts";

const grant: PageGrant = {
  incident: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
  actions: ["acknowledge", "snooze"],
  recipient: "a",
  expiresAtMs: 1_800_000_000_000,
};

describe("api/page-tokens", () => {
  it("reads back what it signed until the time is over", () => {
    const token = signPage("key", grant);
    const { recipient: _, ...forAnybody } = grant;

    expect(readPage("key", token, grant.expiresAtMs - 1)).toEqual({ is: "good", grant });
    expect(readPage("key", token, grant.expiresAtMs)).toEqual({ is: "expired", grant });
    expect(readPage("key", signPage("key", forAnybody), 0)).toEqual({ is: "good", grant: forAnybody });
    expect(signPage("key", { ...grant, recipient: "r".repeat(63) }).length).toBeLessThan(256);
  });

  it("gives a link no action but those it was made for", () => {
    for (const action of pageActions) {
      const ticket = readPage("key", signPage("key", { ...grant, actions: [action] }), 0);
      expect(ticket).toMatchObject({ grant: { actions: [action] } });
    }
  });

  it("takes nothing that another key signed or that was changed in one character", () => {
    const token = signPage("key", grant);
    const changed = Array.from({ length: token.length }, (_, index) => {
      const other = token[index] === "A" ? "B" : "A";
      return `${token.slice(0, index)}${other}${token.slice(index + 1)}`;
    });
    // The last character of a signature carries only four bits.
    const tried = changed.slice(0, -1);

    expect(tried.map((text) => readPage("key", text, 0).is).filter((is) => is !== "forged")).toEqual([]);
    expect(readPage("other", token, 0).is).toBe("forged");
    for (const text of ["", ".", "a.b", `${token}A`, token.replace(".", ""), `${"A".repeat(300)}.${"A".repeat(43)}`])
      expect(readPage("key", text, 0).is).toBe("forged");
  });
});
