import type { Finding } from "../finding.ts";

/** One HTTP exchange with a fresh connection; owned and completed by the http probe's platform part. */
export interface HttpProbing {
  exchange(request: unknown, signal: AbortSignal): Promise<Readonly<{ findings: readonly Finding[] }>>;
}
