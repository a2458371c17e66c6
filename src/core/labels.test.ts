import { describe, expect, it } from "vitest";
import { fingerprint } from "./labels.ts";

describe("core/labels", () => {
  it.each([
    [{}, "cbf29ce484222325"],
    [{ severity: "critical", alertname: "alert1" }, "0223b772b51c29e1"],
    [{ severity: "warning", job: "foo" }, "9266ef3da838ad95"],
    [{ severity: "critical", job: "foo" }, "3b15fd163d36582e"],
    [{ alertname: "磁盘满", host: "主机1" }, "567837d38c15dc2f"],
    [{ alertname: "OsNoHost", severity: "warn", tier: "os" }, "d25c6c058186744c"],
  ])("fingerprints %j as Prometheus does", (labels, expected) => {
    const actual = fingerprint(labels);

    expect(actual).toBe(expected);
  });

  it("does not depend on the order of the names", () => {
    expect(fingerprint({ a: "1", b: "2" })).toBe(fingerprint({ b: "2", a: "1" }));
  });
});
