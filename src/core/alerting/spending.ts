/** How many messages an endpoint took on one day of the configured zone, written `2026-11-23`. */
export type Spending = Readonly<{ endpoint: string; day: string; count: number }>;

/** Where one message that may have cost something is counted. */
export type Spend = Readonly<{ endpoint: string; day: string }>;
