import type { EpochMs } from "../time/time.ts";
import type { ConfirmedAddress } from "./confirmed-address.ts";
import type { HeldAlert } from "./held-alert.ts";
import type { MaintenanceRun } from "./maintenance.ts";
import type { OncallOverride } from "./oncall-override.ts";
import type { ReportedChange } from "./reported-change.ts";
import type { ShadowNotice } from "./shadow-notice.ts";
import type { Silence } from "./silence.ts";

/** What people and pipelines have told alerting, and what it keeps to tell later by which config it judged and since when it has watched at all, each under a key of its own; small documents that survive a restart. */
export type AlertingRecord = Readonly<
  | { key: string; kind: "silence"; silence: Silence }
  | { key: string; kind: "maintenance"; run: MaintenanceRun }
  | { key: string; kind: "change"; change: ReportedChange }
  | { key: string; kind: "held"; held: HeldAlert }
  | { key: string; kind: "config"; fingerprint: string }
  | { key: string; kind: "watched"; sinceMs: EpochMs }
  | { key: string; kind: "override"; override: OncallOverride }
  | { key: string; kind: "confirmed"; confirmed: ConfirmedAddress }
  | { key: string; kind: "shadow"; notice: ShadowNotice }
>;
