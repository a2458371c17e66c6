import type { AlertingConfig } from "../alerting-config.ts";
import type { ConfigTests } from "../explain/config-tests-schema.ts";
import { strangeLabels } from "../explain/known-alert.ts";
import type { Lint } from "./lint-routes.ts";

/** Finds tests about alerts that Watchfire never raises: they pass and show nothing. */
export function lintTests(tests: ConfigTests, config: AlertingConfig): readonly Lint[] {
  return Object.entries(tests).flatMap(([id, { labels }]) =>
    strangeLabels(config, labels).map((message) => ({ path: ["tests", id, "labels"], message })),
  );
}
