import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ObjectStore, type StoredObject, storeKey } from "../../../../test/support/servers/object-store.ts";
import { startNetworkRun } from "../../../../test/support/worlds/http-run.ts";
import type { Result } from "../../../core/checks/result.ts";
import type { Json } from "../../../core/json.ts";
import { file } from "../file.ts";

const nowMs = Date.UTC(2026, 10, 22, 0, 30); // 08:30 in Shanghai
const hourMs = 3_600_000;
let store: ObjectStore;

beforeEach(async () => {
  store = await ObjectStore.open();
});

afterEach(() => store.close());

const object = (key: string, agoMs: number, sizeBytes = 2048): StoredObject => ({
  key,
  sizeBytes,
  modifiedAtMs: nowMs - agoMs,
});

type More = Readonly<{ target?: string; s3?: object; memory?: Json }>;

function start(options: object = {}, { target = "s3://backups/db/*.dump", s3 = {}, memory }: More = {}) {
  const given = {
    endpoint: `http://127.0.0.1:${store.port}`,
    access_key: storeKey.access,
    secret_key: storeKey.secret,
    ...s3,
  };
  return startNetworkRun(
    file,
    target,
    { s3: given, ...options },
    { startedAtMs: nowMs, timeZone: "Asia/Shanghai", memory },
  );
}

async function run(options: object = {}, more: More = {}): Promise<Result> {
  return (await start(options, more).outcome).result;
}

const told = ({ findings }: Result): readonly string[] =>
  findings.map(({ is, reason, detail }) => `${is} ${reason}: ${detail.replaceAll(/127\.0\.0\.1:\d+/g, "store")}`);
const valueOf = ({ samples }: Result, metric: string): number | undefined =>
  samples.find((sample) => sample.metric === metric)?.value;

describe("probes/file in an object store", () => {
  it("is up while an object came in time, is large enough, and there are enough of them", async () => {
    store.objects = [
      object("db/a.dump", 30 * hourMs),
      object("db/b c+ü.dump", 6 * hourMs, 4096),
      object("db/folder/", hourMs, 0),
      object("db/deeper/c.dump", hourMs),
      object("db/d.log", hourMs),
      object("other/e.dump", hourMs),
    ];

    const result = await run({ due: "daily 05:00", min_size: "1KiB", count: { min: 2, max: 2 } });

    expect([result.verdict, ...told(result)]).toEqual(["up"]);
    expect(valueOf(result, "probe_file_matches")).toBe(2);
    expect(valueOf(result, "probe_file_newest_size_bytes")).toBe(4096);
    expect(store.asked).toEqual(["/backups?encoding-type=url&list-type=2&max-keys=1000&prefix=db%2F"]);
  });

  it("is down when no object came for the last due time, and tells an object that shrank", async () => {
    store.objects = [object("db/a.dump", 30 * hourMs)];
    const late = await run({ due: "daily 05:00" });
    store.objects = [object("db/a.dump", 30 * hourMs), object("db/b.dump", hourMs, 100)];
    const shrunk = await run({ shrink_at_most: "40%" }, { memory: late.memory ?? null });
    store.objects = [];
    const none = await run();

    expect(told(late)[0]).toMatch(/^down late: no file came for 2026-11-22 05:00/);
    expect(told(shrunk)[0]).toMatch(/^flaw too_small: /);
    expect(told(none)).toEqual(["down late: no file matches s3://backups/db/*.dump"]);
  });

  it("follows the pages of a long list, and says when it is too long", async () => {
    store.objects = Array.from({ length: 25 }, (_, index) => object(`db/${10 + index}.dump`, (30 - index) * hourMs));
    store.pageSize = 10;
    const whole = await run();
    store.objects = Array.from({ length: 10_001 }, (_, index) => object(`db/${10_000 + index}.dump`, hourMs));
    store.pageSize = 5000;
    const cut = await run();

    expect(valueOf(whole, "probe_file_matches")).toBe(25);
    expect(valueOf(whole, "probe_file_newest_timestamp_seconds")).toBe((nowMs - 6 * hourMs) / 1000);
    expect(told(cut)[0]).toMatch(/^flaw partial: there are more than 10000 objects/);
    expect(store.asked).toHaveLength(5);
  });

  it("finds in all depths with **, and asks a host of the bucket where the store wants it so", async () => {
    store.objects = [object("db/a/b.dump", hourMs), object("db/c.dump", hourMs)];
    const s3 = { endpoint: `http://shop.test:${store.port}`, addressing: "host" };

    const result = await run({}, { target: "s3://backups/db/**.dump", s3 });

    expect([told(result), valueOf(result, "probe_file_matches")]).toEqual([[], 2]);
  });

  it.each<readonly [string, () => unknown, object, string]>([
    [
      "a wrong secret",
      () => {},
      { secret_key: "canary-wrong" },
      "unknown permission: http://store/backups answers 403: SignatureDoesNotMatch The signature does not match.",
    ],
    [
      "a store that is ill",
      () => (store.reply = { status: 503, body: "<Error><Code>SlowDown</Code></Error>" }),
      {},
      "unknown lookup_failed: http://store/backups answers 503: SlowDown",
    ],
    [
      "a page that is no list (F28)",
      () => (store.reply = { status: 200, body: "<html>hello" }),
      {},
      "unknown parse: the store's answer is no list of objects",
    ],
    [
      "a redirect",
      () => (store.reply = { status: 301, body: "" }),
      {},
      "unknown lookup_failed: http://store/backups answers 301",
    ],
  ])("says nothing of the backups for %s", async (_, prepare, s3, detail) => {
    store.objects = [object("db/a.dump", hourMs)];
    prepare();
    const result = await run({}, { s3 });

    expect(told(result)).toEqual([detail]);
    expect(JSON.stringify(result)).not.toContain("canary");
  });

  it("is down when the bucket is gone, and unknown where nothing listens", async () => {
    const gone = await run({}, { target: "s3://other/*" });
    const refused = await run({}, { s3: { endpoint: "http://127.0.0.1:1" } });

    expect(told(gone)).toEqual([
      "down late: http://store/other answers 404: NoSuchBucket The specified bucket does not exist",
    ]);
    expect(refused.headline).toMatchObject({ is: "unknown", reason: "lookup_failed" });
  });

  it("does not go round with a store that always gives the same page", async () => {
    const body =
      "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken><Contents><Key>db/a.dump</Key><Size>1</Size><LastModified>2026-11-22T00:00:00Z</LastModified></Contents></ListBucketResult>";
    store.reply = { status: 200, body };

    await run();

    expect(store.asked).toHaveLength(2);
  });

  it("says nothing of the backups at the deadline of a store that is silent (F12)", async () => {
    store.reply = "silence";
    const pending = start();
    await expect.poll(() => store.asked.length).toBe(1);
    pending.cancel();

    expect((await pending.outcome).result.headline).toMatchObject({ is: "unknown", reason: "lookup_failed" });
  });

  it("refuses what does not go together", async () => {
    const s3 = { endpoint: "http://s3.test", access_key: "a", secret_key: "canary" };
    const path = await run({}, { target: "/var/backups/*" });
    const wrong = [
      { s3, archive: "verified" },
      { s3, checksum: "md5" },
      { s3: { ...s3, endpoint: "s3.test" } },
      { s3: { ...s3, access_key: "a/b" } },
    ];

    expect(told(path)).toEqual(["unknown parse: with s3 the target is s3://bucket/…, not /var/backups/*"]);
    expect((await startNetworkRun(file, "s3://b-1/x").outcome).result.headline?.detail).toBe(
      "s3://b-1/x needs the option s3",
    );
    for (const options of wrong) expect(file.options.safeParse(options).success).toBe(false);
    for (const target of ["s3://", "s3://UPPER/x", "s3://bucket", "s3://bucket/"])
      expect(() => file.locate(target)).toThrow();
  });
});
