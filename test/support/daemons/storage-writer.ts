import { setImmediate as nextTurn } from "node:timers/promises";
import { emptyChange } from "../../../src/core/store.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { downAt, notification, outboxRow, subject } from "../samples/store-records.ts";
import { openTestStore } from "./sqlite-setting.ts";

/** Commits numbered changes for ever and prints each number when it is durable; the kill test ends it. */
const [directory = "", start = "0"] = process.argv.slice(2);
const { store } = openTestStore({ clock: systemClock, directory });
const state = { confirmed: "down", flaws: {}, sinceMs: 0, recent: [], flapping: false } as const;
for (let number = Number(start); ; number += 1) {
  const slotMs = number * 1000;
  await store.commit({
    ...emptyChange,
    results: [downAt(slotMs, { evidence: { number } })],
    checkStates: [{ ...subject, ...state, lastSlotMs: slotMs, memory: number }],
    outbox: [outboxRow(`row-${number}`, { notification: notification({ incident: `i${number}` }) })],
    decisions: [{ atMs: slotMs, stage: "test", outcome: "pass", subject: "all", because: `${number}` }],
  });
  process.stdout.write(`${number}\n`);
  if (number % 7 === 0) await store.prune(slotMs + 7_200_000, 1);
  await nextTurn();
}
