import { describe, expect, it } from "vitest";
import { collect, scraped } from "../../../../test/support/worlds/host-source.ts";

const directory = { textfile_directory: "/var/lib/metrics" };
const modifiedAtMs = Date.UTC(2026, 10, 23);
const file = (text: string) => ({ [`stored/var/lib/metrics/a.prom`]: text });

describe("probes/host/collectors/textfile", () => {
  it("gives the samples of all files and when they were written", async () => {
    const files = {
      "stored/var/lib/metrics/apt.prom":
        '# HELP apt_upgrades Pending.\n# TYPE apt_upgrades gauge\napt_upgrades{origin="a \\"b\\" \\\\ {c}",arch="amd64",} 3\n\nnode_reboot_required 1\n',
      "stored/var/lib/metrics/z.prom": 'h_bucket{le="+Inf"} 4\nnothing NaN\nbig +Inf\r\nsmall 1e-3\n',
      "stored/var/lib/metrics/notes.txt": "not read",
    };

    expect(await scraped("textfile", { files, modifiedAtMs }, directory)).toEqual([
      'apt_upgrades{arch="amd64",origin="a "b" \\ {c}"} 3',
      "node_reboot_required 1",
      `node_textfile_mtime_seconds{file="apt.prom"} ${modifiedAtMs / 1000}`,
      'h_bucket{le="+Inf"} 4',
      "small 0.001",
      `node_textfile_mtime_seconds{file="z.prom"} ${modifiedAtMs / 1000}`,
      "node_textfile_scrape_error 0",
    ]);
  });

  it.each([
    ["a time stamp", "a 1 1395066363000\n", "a time stamp"],
    ["a line that is no sample", "a b c d\n", "line 1: no sample"],
    ["a value that is no number", "ok 1\na many\n", "line 2: no number"],
    ["labels that are cut off", 'a{b="c} 1\n', "not understood"],
    ["a label that comes twice", 'a{b="c",b="d"} 1\n', "not understood"],
  ])("counts nothing of a file with %s, says so, and reads the others", async (_, text, said) => {
    const files = { ...file(text), "stored/var/lib/metrics/b.prom": "fine 1\n" };

    const found = await collect("textfile", { files, modifiedAtMs }, directory);

    expect(found).toMatchObject({ ok: true, notes: [expect.stringContaining(said)] });
    expect(await scraped("textfile", { files, modifiedAtMs }, directory)).toEqual([
      "fine 1",
      `node_textfile_mtime_seconds{file="b.prom"} ${modifiedAtMs / 1000}`,
      "node_textfile_scrape_error 1",
    ]);
  });

  it("keeps the types and help texts that a file gives, and those of a histogram's parts", async () => {
    const text = [
      "# HELP jobs Jobs\\nthat ran \\\\.",
      "# TYPE jobs counter",
      "jobs 3",
      "# TYPE h histogram",
      'h_bucket{le="1"} 1',
      "# TYPE s summary",
      's{quantile="0.5"} 1',
      "# TYPE u untyped",
      "u 1",
      "plain_total 1",
    ].join("\n");

    const found = await collect("textfile", { files: file(text) }, directory);

    const typed = (found.ok ? found.samples : []).map(({ metric, type, help }) => [metric, type, help]);
    expect(typed.slice(0, 5)).toEqual([
      ["jobs", "counter", "Jobs that ran \\."],
      ["h_bucket", "counter", undefined],
      ["s", "gauge", undefined],
      ["u", "untyped", undefined],
      ["plain_total", undefined, undefined],
    ]);
  });

  it("leaves out what goes beyond 5000 samples and says so", async () => {
    const text = Array.from({ length: 5001 }, (_, index) => `a{n="${index}"} 1`).join("\n");

    const lines = await scraped("textfile", { files: file(text), modifiedAtMs }, directory);

    expect(lines.filter((line) => line.startsWith("a{"))).toHaveLength(5000);
    expect(lines.at(-1)).toBe("node_textfile_scrape_error 1");
  });

  it("has no error without a directory, and one with a directory that is missing or hangs", async () => {
    expect(await scraped("textfile", { files: {} })).toEqual(["node_textfile_scrape_error 0"]);
    expect(await scraped("textfile", { files: {} }, directory)).toEqual(["node_textfile_scrape_error 1"]);
    expect(await scraped("textfile", { files: file("a 1"), isStuck: true }, directory)).toEqual([
      "node_textfile_scrape_error 1",
    ]);
  });
});
