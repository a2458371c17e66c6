import type { Finding } from "../checks/finding.ts";

/** `prefer_4` and `prefer_6` take both, with the addresses of that family first. */
export const ipFamilies = ["any", "4", "6", "prefer_4", "prefer_6"] as const;
export type IpFamily = (typeof ipFamilies)[number];
export type ResolvedAddress = Readonly<{ address: string; family: 4 | 6 }>;
export type Resolution =
  | Readonly<{ ok: true; addresses: readonly ResolvedAddress[] }>
  | Readonly<{ ok: false; finding: Finding }>;

export interface Resolver {
  /** Resolves a host name (or passes an IP literal through) in the wanted family; never throws for an expected failure. */
  resolve(host: string, family: IpFamily, signal: AbortSignal): Promise<Resolution>;
}
