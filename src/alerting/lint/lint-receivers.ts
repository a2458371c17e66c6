import type { Receivers } from "../delivery/receivers.ts";
import type { Lint } from "./lint-routes.ts";

/** Finds notifiers whose options can hardly work, each once. */
export function lintReceivers(receivers: Receivers): readonly Lint[] {
  return [...receivers.values()].flatMap(({ name, integrations }) =>
    integrations.flatMap(({ members }, index) => {
      const doubts = new Set(members.flatMap(({ notifier }) => notifier.doubt ?? []));
      return [...doubts].map((message) => ({ path: ["receivers", name, "to", index], message }));
    }),
  );
}
