import { BufferedStore } from "../../../src/storage/buffered-store.ts";
import { FakeRandom } from "../../support/fakes/fake-random.ts";
import { MemoryStore } from "../../support/fakes/memory-store.ts";
import { describeStore } from "./store-suite.ts";

describeStore("buffered", async (clock) => {
  const memory = new MemoryStore(clock);
  const open = () => new BufferedStore({ store: memory, clock, random: new FakeRandom() });
  let store = open();
  return {
    store,
    async reopen() {
      await store.close();
      store = open();
      return store;
    },
    dispose: () => store.close(),
  };
});
