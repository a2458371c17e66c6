import type { Alert } from "./alert.ts";

/** An alert that a route keeps for the digest at the end of an interval. */
export type HeldAlert = Readonly<{
  /** Receiver, alert and occurrence. */
  key: string;
  receiver: string;
  route: string;
  groupKey: string;
  interval: string;
  /** As it was when it was last heard of. */
  alert: Alert;
}>;
