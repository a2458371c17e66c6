import type { TlsFacts } from "../ports/tls.ts";
import { escapeControls } from "../text/printable.ts";
import type { EdgeSight, Trait } from "./edge.ts";

/** What an address shows of its certificate. */
export function certificateSight(tls: TlsFacts | undefined): Pick<EdgeSight, "traits" | "certificateEndsMs"> {
  const leaf = tls?.chain[0];
  if (tls === undefined || leaf === undefined) return { traits: [] };
  const until = new Date(leaf.validToMs).toISOString().slice(0, 10);
  const shown = `${escapeControls(leaf.subject).slice(0, 60)} until ${until}`;
  const trait: Trait = { trait: "certificate", value: leaf.fingerprint, shown };
  return { traits: [trait], certificateEndsMs: Math.min(...tls.chain.map(({ validToMs }) => validToMs)) };
}
