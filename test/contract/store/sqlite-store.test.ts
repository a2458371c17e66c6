import { rm } from "node:fs/promises";
import { openTestStore } from "../../support/daemons/sqlite-setting.ts";
import { describeStore } from "./store-suite.ts";

describeStore("sqlite", async (clock) => {
  const setting = openTestStore({ clock });
  let { store } = setting;
  return {
    store,
    async reopen() {
      await store.close();
      store = openTestStore({ clock, directory: setting.directory }).store;
      return store;
    },
    async dispose() {
      await store.close();
      await rm(setting.directory, { recursive: true });
    },
  };
});
