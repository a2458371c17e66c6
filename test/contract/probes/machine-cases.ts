import { fileURLToPath } from "node:url";
import { systemClock } from "../../../src/platform/clock.ts";
import { createFiles } from "../../../src/platform/files/files.ts";
import { systemStoredFiles } from "../../../src/platform/files/stored-files.ts";
import { systemHostFacts } from "../../../src/platform/host-facts.ts";
import { FakeInbox, probeIo } from "../../support/worlds/probe-harness.ts";
import { inBin, networkIo } from "./network-io.ts";
import type { Given } from "./probe-suite.ts";

/** Cases of the probes of this machine. */
export const machineCases: Readonly<Record<string, Given>> = {
  exec: {
    io: networkIo,
    cases: () => [
      { name: "a plugin", address: "localhost", options: inBin("echo", "fine | a=1ms;2;3 'b b'=4%;@1:2 n=5c") },
      { name: "silence", address: "localhost", options: inBin("false") },
      { name: "no plugin", address: "localhost", options: inBin("none-such") },
      { name: "not allowed", address: "localhost", options: { command: ["/bin/true"] } },
      { name: "no end", address: "localhost", options: inBin("sleep", "60"), pending: true },
    ],
  },
  file: {
    io: () => probeIo({ storedFiles: systemStoredFiles, files: createFiles(systemClock) }),
    cases: () => [
      { name: "this file", address: fileURLToPath(import.meta.url), options: { archive: "verified", checksum: "md5" } },
      { name: "no file", address: "/none/*", options: { due: "daily 05:00", free_space: { warning: "10%" } } },
    ],
  },
  host: {
    io: () =>
      probeIo({
        files: createFiles(systemClock),
        hostFacts: systemHostFacts,
        monotonicMs: () => systemClock.monotonicMs(),
      }),
    cases: () => [
      { name: "this machine", address: "localhost", options: {} },
      { name: "no procfs", address: "localhost", options: { procfs: "/nowhere" } },
    ],
  },
  push: {
    io: () => {
      const inbox = new FakeInbox();
      inbox.put(
        { atMs: Date.UTC(2026, 10, 23), signal: "values", body: { business_a: 1, other: 2 } },
        { atMs: Date.UTC(2026, 10, 23), signal: "fail", exitCode: 3 },
      );
      return probeIo({ inbox });
    },
    cases: () => [
      { name: "a failed job with values", address: "nightly", options: {} },
      { name: "nothing usable", address: "nightly", options: { prefix: "shop_" } },
    ],
  },
};
