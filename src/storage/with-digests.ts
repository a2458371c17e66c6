import type { DeliveryRecord } from "../core/alerting/outbox.ts";

/** Digests of digests are followed so far. */
const mostHops = 5;
const intoForm = /^digested into (\S+)$/;

/** What an ended row says that a digest has taken its place. */
export function intoDigest(digest: string): string {
  return `digested into ${digest}`;
}

/** Attempts with those of the digests that their rows came into, each once, oldest first: whoever asks wants to know how it ended. */
export function withDigests(
  found: readonly DeliveryRecord[],
  attemptsOf: (outboxId: string) => readonly DeliveryRecord[],
): readonly DeliveryRecord[] {
  const known = new Set(found.map(({ outboxId }) => outboxId));
  const all = [...found];
  let latest = found;
  for (let hop = 0; hop < mostHops && latest.length > 0; hop += 1) {
    const digests = new Set(latest.flatMap(({ detail }) => intoForm.exec(detail ?? "")?.[1] ?? []));
    latest = [...digests].filter((id) => !known.has(id)).flatMap(attemptsOf);
    for (const id of digests) known.add(id);
    all.push(...latest);
  }
  return all.length === found.length ? found : all.sort((a, b) => a.atMs - b.atMs);
}
