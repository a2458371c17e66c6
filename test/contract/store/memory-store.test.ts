import { MemoryStore } from "../../support/fakes/memory-store.ts";
import { describeStore } from "./store-suite.ts";

describeStore("memory", async (clock) => {
  const store = new MemoryStore(clock);
  return { store, reopen: async () => store, dispose: () => store.close() };
});
