import { nearestName } from "../../core/nearest-name.ts";
import type { AlertingConfigIssue } from "../check-alerting-config.ts";
import type { ReportsConfig } from "./reports-schema.ts";

type Names = Readonly<Record<string, unknown>>;

/** Returns which receivers and time intervals reports name that are not there. */
export function checkReports({
  reports,
  receivers,
  time_intervals: intervals,
}: Readonly<{ reports: ReportsConfig; receivers: Names; time_intervals: Names }>): readonly AlertingConfigIssue[] {
  return Object.entries(reports).flatMap(([id, { to, days }]) => [
    ...to.flatMap((name, index) => missing("receiver", name, receivers, ["reports", id, "to", index])),
    ...(days === undefined ? [] : missing("time interval", days, intervals, ["reports", id, "days"])),
  ]);
}

function missing(
  what: string,
  name: string,
  known: Names,
  path: readonly (string | number)[],
): readonly AlertingConfigIssue[] {
  if (Object.hasOwn(known, name)) return [];
  const names = Object.keys(known);
  const nearest = nearestName(name, names);
  const right = nearest === undefined ? `there are ${names.join(", ") || "none"}` : `did you mean "${nearest}"?`;
  return [{ path, message: `there is no ${what} "${name}"; ${right}`, missing: name }];
}
