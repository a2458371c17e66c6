import type { CheckState } from "../../core/checks/check-state.ts";
import { severities } from "../../core/severity.ts";
import type { FamilyDeclaration } from "./family-table.ts";
import { sampleLine } from "./text-format.ts";

/** The families that Watchfire writes for each subject, whatever its probe. */
export const ownFamilies = {
  success: {
    name: "probe_success",
    type: "gauge",
    help: "Whether the last run found the target working; absent when it could not be measured.",
  },
  duration: { name: "probe_duration_seconds", type: "gauge", help: "How long the last measured run took." },
  state: {
    name: "watchfire_check_state",
    type: "gauge",
    help: "The confirmed state of the check on this target: 1 for the one it is in, 0 for the others.",
  },
  flaw: { name: "watchfire_check_flaw", type: "gauge", help: "Something is wrong although the target works." },
  lastRun: {
    name: "watchfire_check_last_run_timestamp_seconds",
    type: "gauge",
    help: "When the last run started, measured or not.",
  },
  failure: {
    name: "watchfire_check_last_run_failure",
    type: "gauge",
    help: "Why the last run found the target down or could not tell; absent when it found it working.",
  },
} as const satisfies Readonly<Record<string, FamilyDeclaration>>;

/** Name prefixes of the daemon's own metrics, which no probe may write. */
export const reservedPrefixes = ["watchfire_", "process_", "nodejs_"] as const;

/** States as `watchfire_check_state` names them; `degraded` is up with flaws. */
export const shownStates = ["up", "degraded", "down", "unknown"] as const;

/** Lines that every configured subject always has, by family. */
export function stateLines(
  labelText: string,
  state: Pick<CheckState, "confirmed" | "flaws"> | undefined,
): ReadonlyMap<FamilyDeclaration, readonly string[]> {
  const current = shownState(state);
  const lines = new Map<FamilyDeclaration, readonly string[]>();
  lines.set(
    ownFamilies.state,
    shownStates.map((name) =>
      sampleLine(ownFamilies.state.name, `${labelText},state="${name}"`, name === current ? 1 : 0),
    ),
  );
  const flaws = Object.entries(state?.flaws ?? {}).filter(([, severity]) => severities.includes(severity));
  if (flaws.length > 0) {
    lines.set(
      ownFamilies.flaw,
      flaws.map(([reason, severity]) =>
        sampleLine(ownFamilies.flaw.name, `${labelText},reason="${reason}",severity="${severity}"`, 1),
      ),
    );
  }
  return lines;
}

function shownState(state: Pick<CheckState, "confirmed" | "flaws"> | undefined): (typeof shownStates)[number] {
  if (state === undefined) return "unknown";
  return state.confirmed === "up" && Object.keys(state.flaws).length > 0 ? "degraded" : state.confirmed;
}
