import { describe, expect, it } from "vitest";
import { file } from "../../probes/file/file.ts";
import { http } from "../../probes/http/http.ts";
import { icmp } from "../../probes/icmp/icmp.ts";
import { tcp } from "../../probes/tcp/tcp.ts";
import { placeTargets } from "./place-targets.ts";

const plain = { address: "{address}", labels: {}, limit: 1000, options: {} };
const group = (targets: string[], labels = {}) => ({ targets, labels });

describe("config/discovery place targets", () => {
  it("makes addresses and labels by template", () => {
    const { targets, problems } = placeTargets(
      http,
      [group(["web-1:8080", "[::1]:81"], { dc: "bj", __meta_path: "health", job: "web", env: "prod" })],
      {
        ...plain,
        address: "http://{address}/{__meta_path}?k=s3cret",
        labels: { node: "{host}", place: "{dc}-1", dc: "" },
      },
    );

    expect(problems).toEqual([]);
    expect(targets).toMatchObject([
      { display: "http://[::1]:81/health", host: "::1", labels: { node: "[::1]", place: "bj-1" } },
      { display: "http://web-1:8080/health", host: "web-1", labels: { node: "web-1", place: "bj-1" } },
    ]);
    expect(targets.map(({ labels }) => Object.keys(labels).sort())).toEqual([
      ["node", "place"],
      ["node", "place"],
    ]);
  });

  it("takes whole addresses as they are, and knows their parts", () => {
    const { targets } = placeTargets(tcp, [group(["https://shop.test:8443/x", "db-1"])], {
      ...plain,
      address: "{host}:443",
    });

    expect(targets.map(({ address }) => address)).toEqual(["db-1:443", "shop.test:443"]);
  });

  it("leaves out what contradicts the options of the check", () => {
    const found = [group(["s3://bucket/*.tar", "/var/backups/*.tar"])];
    const s3 = { endpoint: "https://s3.example.com", access_key: "a", secret_key: "b" };

    const local = placeTargets(file, found, plain);
    const stored = placeTargets(file, found, { ...plain, options: { s3 } });

    expect([local, stored].map(({ targets }) => targets.map(({ address }) => address))).toEqual([
      ["/var/backups/*.tar"],
      ["s3://bucket/*.tar"],
    ]);
    expect([local, stored].map(({ problems }) => problems)).toEqual([
      ['"s3://bucket/*.tar": s3://bucket/*.tar needs the option s3'],
      ['"/var/backups/*.tar": with s3 the target is s3://bucket/…, not /var/backups/*.tar'],
    ]);
  });

  it("leaves out what does not fit, and names it", () => {
    const { targets, problems } = placeTargets(
      tcp,
      [
        group(["good:1", "no port", "\u202egpj.exe:1"]),
        group(["b:1"], { x: "a\nb" }),
        group(["c:1"], { y: "z".repeat(501) }),
      ],
      plain,
    );

    expect(targets.map(({ address }) => address)).toEqual(["good:1"]);
    expect(problems).toEqual([
      expect.stringMatching(/^"no port": .*host:port/),
      expect.stringMatching(/^"\\u202egpj.exe:1": /),
      '"b:1": the label x holds control characters',
      '"c:1": the label y is longer than 500 characters',
    ]);
  });

  it("says which part a template asks for in vain", () => {
    const { targets, problems } = placeTargets(http, [group(["web-1"])], {
      ...plain,
      address: "http://{host}:{port}/",
    });

    expect(targets).toEqual([]);
    expect(problems).toEqual(['"web-1": it has no {port}, which the template of the address names']);
  });

  it("watches what is listed twice once, in an order that does not depend on the list", () => {
    const one = placeTargets(icmp, [group(["b", "a"]), group(["a"])], plain);
    const other = placeTargets(icmp, [group(["a", "b"])], plain);

    expect(one).toEqual(other);
    expect(one.targets).toHaveLength(2);
  });

  it("watches the same of too many each time, and says how many it leaves out", () => {
    const names = Array.from({ length: 12 }, (_, index) => `h${index}`);

    const one = placeTargets(icmp, [group(names)], { ...plain, limit: 5 });
    const other = placeTargets(icmp, [group(names.toReversed())], { ...plain, limit: 5 });

    expect(one).toEqual(other);
    expect(one.targets).toHaveLength(5);
    expect(one.problems).toEqual(["7 targets above the limit of 5 are not watched"]);
  });
});
