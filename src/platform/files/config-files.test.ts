import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { diskConfigFiles } from "./config-files.ts";
import { type ConfigWatch, watchConfig } from "./config-watch.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-config-"));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

describe("platform/files/config-files", () => {
  it("tells files, directories and nothing apart, through links too", async () => {
    await writeFile(join(directory, "a.yaml"), "x");
    await symlink(directory, join(directory, "link"));

    expect(await diskConfigFiles.kindOf(join(directory, "link"))).toBe("directory");
    expect(await diskConfigFiles.kindOf(join(directory, "link", "a.yaml"))).toBe("file");
    expect(await diskConfigFiles.kindOf(join(directory, "none"))).toBe("missing");
  });

  it("lists names in order, without hidden ones, and nothing where there is no directory", async () => {
    for (const name of ["b.yaml", "a.yaml", ".a.yaml.swp"]) await writeFile(join(directory, name), "");

    expect(await diskConfigFiles.list(directory)).toEqual(["a.yaml", "b.yaml"]);
    expect(await diskConfigFiles.list(join(directory, "none"))).toEqual([]);
  });

  it.runIf(process.platform !== "win32")(
    "refuses a named pipe instead of waiting for whoever writes to it",
    async () => {
      const pipe = join(directory, "a.yaml");
      execFileSync("mkfifo", [pipe]);

      const read = await diskConfigFiles.read(pipe, 1000);

      expect(read).toEqual({ ok: false, reason: "unreadable", detail: "it is a named pipe, not a file" });
    },
  );

  it("says so when a directory cannot be listed", async () => {
    const listing = diskConfigFiles.list(join(directory, "x".repeat(300)));

    await expect(listing).rejects.toMatchObject({ code: "ERR_CONFIG_INVALID" });
  });

  it("reads text up to the limit, and says why it cannot", async () => {
    await writeFile(join(directory, "text"), "秘密\n");
    await writeFile(join(directory, "bytes"), new Uint8Array([0xff, 0xfe, 0xfd]));

    expect(await diskConfigFiles.read(join(directory, "text"), 7)).toEqual({ ok: true, text: "秘密\n" });
    expect(await diskConfigFiles.read(join(directory, "text"), 6)).toMatchObject({ ok: false, reason: "too_large" });
    expect(await diskConfigFiles.read(join(directory, "bytes"), 100)).toMatchObject({ ok: false, reason: "not_text" });
    expect(await diskConfigFiles.read(join(directory, "none"), 100)).toMatchObject({ ok: false, reason: "missing" });
    expect(await diskConfigFiles.read(directory, 100)).toMatchObject({ ok: false, reason: "unreadable" });
  });

  it.each([
    ["GBK", [0xc9, 0xcc, 0xb3, 0xc7], 2, "it is not UTF-8 text but looks like GBK; save the file as UTF-8"],
    ["no charset that is known", [0x80, 0xff, 0x00], 2, "it is not UTF-8 text; save the file as UTF-8"],
  ])("says in which line a text is %s", async (_name, bytes, line, detail) => {
    await writeFile(join(directory, "foreign"), Buffer.concat([Buffer.from("a: 1\nb: "), Buffer.from(bytes)]));
    const read = await diskConfigFiles.read(join(directory, "foreign"), 100);
    expect(read).toEqual({ ok: false, reason: "not_text", line, detail });
  });

  it("knows UTF-16 by its mark", async () => {
    await writeFile(join(directory, "utf16"), Buffer.from("\ufeffa: 1\n", "utf16le"));
    const detail = "it is not UTF-8 text but UTF-16; save the file as UTF-8";
    expect(await diskConfigFiles.read(join(directory, "utf16"), 100)).toMatchObject({ line: 1, detail });
  });

  it.runIf(process.platform === "linux")("stops at the limit in a file without size or end", async () => {
    expect(await diskConfigFiles.read("/dev/zero", 1000)).toMatchObject({ ok: false, reason: "too_large" });
    expect(await diskConfigFiles.read("/proc/self/status", 100_000)).toMatchObject({ ok: true });
  });
});

describe("platform/config-watch", () => {
  const clock = new FakeClock();
  let watching: ConfigWatch | undefined;
  let changes = 0;

  async function start(path: string, alsoRead: () => readonly string[] = () => []): Promise<void> {
    changes = 0;
    watching = await watchConfig({ path, clock, alsoRead, onChange: () => (changes += 1) });
  }

  /** Looks as often as a change needs: once to see it and once to see it again. */
  async function settle(): Promise<void> {
    watching?.look();
    for (let round = 0; round < 3; round += 1) {
      await clock.advance(250);
      await watching?.settled();
    }
  }

  afterEach(() => {
    watching?.close();
  });

  it("fires once for a change, and not for a touch or a change that is taken back", async () => {
    const file = join(directory, "base.yaml");
    await writeFile(file, "a: 1");
    await start(directory);

    await utimes(file, 1, 1);
    await settle();
    const afterTouch = changes;
    await writeFile(file, "a: 2");
    await settle();
    const afterChange = changes;
    await writeFile(file, "a: 3");
    watching?.look();
    await clock.advance(250);
    await watching?.settled();
    await writeFile(file, "a: 2");
    await settle();

    expect([afterTouch, afterChange, changes]).toEqual([0, 1, 1]);
  });

  it("waits until a file that is being written is stable", async () => {
    const file = join(directory, "base.yaml");
    await start(directory);

    for (const text of ["a", "a: 1", "a: 1\nb: 2"]) {
      await writeFile(file, text);
      watching?.look();
      await clock.advance(250);
      await watching?.settled();
    }
    const whileWritten = changes;
    await settle();

    expect([whileWritten, changes]).toEqual([0, 1]);
  });

  it("sees an editor's rename, a new file in conf.d, and the swap of a link", async () => {
    await mkdir(join(directory, "one"));
    await mkdir(join(directory, "two", "conf.d"), { recursive: true });
    await writeFile(join(directory, "one", "base.yaml"), "a: 1");
    await writeFile(join(directory, "two", "base.yaml"), "a: 2");
    await symlink("one", join(directory, "config"));
    await start(join(directory, "config"));

    await writeFile(join(directory, "one", "new"), "a: 9");
    await rename(join(directory, "one", "new"), join(directory, "one", "base.yaml"));
    await settle();
    const afterRename = changes;
    await symlink("two", join(directory, "config.new"));
    await rename(join(directory, "config.new"), join(directory, "config"));
    await settle();
    const afterSwap = changes;
    await writeFile(join(directory, "two", "conf.d", "shop.yaml"), "b: 1");
    await settle();

    expect([afterRename, afterSwap, changes]).toEqual([1, 2, 3]);
  });

  it("sees the swap that Kubernetes makes, and a secret file that the config names", async () => {
    for (const version of ["..1", "..2"]) {
      await mkdir(join(directory, version));
      await writeFile(join(directory, version, "base.yaml"), `a: ${version}`);
    }
    await symlink("..1", join(directory, "..data"));
    await symlink("..data/base.yaml", join(directory, "base.yaml"));
    const secret = join(directory, "token");
    await writeFile(secret, "one");
    await start(directory, () => [secret]);

    await symlink("..2", join(directory, "..data_tmp"));
    await rename(join(directory, "..data_tmp"), join(directory, "..data"));
    await settle();
    const afterSwap = changes;
    await writeFile(secret, "two");
    await settle();

    expect([afterSwap, changes]).toEqual([1, 2]);
  });

  it("looks by itself once a minute where no event comes", async () => {
    const file = join(directory, "base.yaml");
    await writeFile(file, "a: 1");
    await start(join(directory, "base.yaml"));
    await writeFile(file, "a: 2");

    await clock.advance(60_000);
    for (let round = 0; round < 3; round += 1) {
      await clock.advance(250);
      await watching?.settled();
    }

    expect(changes).toBe(1);
  });

  it("is told by the file system", async () => {
    const file = join(directory, "base.yaml");
    await writeFile(file, "a: 1");
    await start(directory);
    const before = clock.pendingTimers;

    await writeFile(file, "a: 2");

    await expect.poll(() => clock.pendingTimers).toBeGreaterThan(before);
  });

  it("is silent after close", async () => {
    await start(directory);
    watching?.close();

    await writeFile(join(directory, "base.yaml"), "a: 2");
    await settle();

    expect([changes, clock.pendingTimers]).toEqual([0, 0]);
  });

  it("knows which packages are installed", () => {
    expect(["sharp", "no-such-package"].map((name) => diskConfigFiles.hasPackage(name))).toEqual([true, false]);
  });
});
