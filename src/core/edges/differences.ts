import { z } from "zod";
import type { Finding } from "../checks/finding.ts";
import type { Json } from "../json.ts";
import { formatDuration } from "../time/duration.ts";
import type { EpochMs } from "../time/time.ts";
import { edgeNames, type SeenEdge, type Trait } from "./edge.ts";
import type { EdgeTrait } from "./edges-options.ts";

const mostRemembered = 48;
const forgottenAfterMs = 30 * 86_400_000;
const mostNamed = 4;

/** One address that does not have what the majority has. */
export type Difference = Readonly<{ seen: SeenEdge; own: Trait; usual: Trait }>;

/** Where addresses differ from the majority in what is compared; among equals the first address counts. */
export function differencesOf(all: readonly SeenEdge[], compare: readonly EdgeTrait[]): readonly Difference[] {
  const held = all.flatMap((seen) =>
    seen.state === "unknown" || seen.state === "skipped" ? [] : seen.traits.map((own) => ({ seen, own })),
  );
  const compared = held.filter(({ own }) => compare.includes(own.trait));
  const groups = Map.groupBy(compared, ({ own }) => `${own.trait}\n${own.of ?? ""}`);
  return [...groups.values()].flatMap((group) => {
    const usual = mostFrequent(group.map(({ own }) => own));
    return usual === undefined
      ? []
      : group
          .filter(({ own, seen }) => own.value !== usual.value && !isToldAnyway(own, seen))
          .map(({ seen, own }) => ({ seen, own, usual }));
  });
}

/** Where the status is wrong, the address fails, and that says all. */
function isToldAnyway({ trait }: Trait, { state }: SeenEdge): boolean {
  return trait === "status" && state === "failed";
}

function mostFrequent(traits: readonly Trait[]): Trait | undefined {
  const byValue = [...Map.groupBy(traits, ({ value }) => value).values()];
  return byValue.reduce<readonly Trait[]>((best, each) => (each.length > best.length ? each : best), [])[0];
}

/** Since when addresses differ, by address. */
export type Since = Readonly<Record<string, EpochMs>>;

const memorySchema = z.object({ edges_differ_since: z.record(z.string(), z.number()) });

/** What earlier runs knew; a memory of another kind is none. */
export function sinceOf(memory: Json | undefined): Since {
  return memorySchema.safeParse(memory).data?.edges_differ_since ?? {};
}

/** What this run adds; an address that was not seen keeps its moment, as names lead to other addresses each time. */
export function nextSince(
  before: Since,
  all: readonly SeenEdge[],
  differences: readonly Difference[],
  nowMs: EpochMs,
): Since {
  const differing = new Set(differences.map(({ seen }) => seen.edge.address));
  const agreeing = new Set(
    all.filter(({ state }) => state === "good" || state === "flawed").map(({ edge }) => edge.address),
  );
  const kept = Object.entries(before).filter(
    ([address, sinceMs]) => !(agreeing.has(address) && !differing.has(address)) && nowMs - sinceMs < forgottenAfterMs,
  );
  const known = new Map(kept);
  for (const address of differing) if (!known.has(address)) known.set(address, nowMs);
  return Object.fromEntries([...known].slice(-mostRemembered));
}

/** What the next run is told; nothing while all addresses agree. */
export function memoryOf(since: Since): Readonly<{ memory?: Json }> {
  return Object.keys(since).length === 0 ? {} : { memory: { edges_differ_since: since } };
}

const words: Readonly<Record<EdgeTrait, string>> = {
  certificate: "present another certificate",
  status: "answer with another status",
  body: "answer with another page",
  image: "serve another image",
};

/** Warnings of addresses that have differed for long enough, one for each kind of difference. */
export function differenceFindings(
  differences: readonly Difference[],
  all: readonly SeenEdge[],
  { since, nowMs, differsForMs }: Readonly<{ since: Since; nowMs: EpochMs; differsForMs: number }>,
): readonly Finding[] {
  const lasting = differences.filter(({ seen: { edge } }) => nowMs - (since[edge.address] ?? nowMs) >= differsForMs);
  return [...Map.groupBy(lasting, ({ own }) => own.trait)].map(([trait, of]): Finding => {
    const addresses = new Set(of.map(({ seen }) => seen.edge.address)).size;
    const groups = [...Map.groupBy(of, ({ own, usual }) => shownDifference(own, usual))];
    const named = groups
      .slice(0, mostNamed)
      .map(([shown, its]) => `${edgeNames(its.map(({ seen }) => seen.edge))}${shown}`);
    const more = groups.length > mostNamed ? `; and ${groups.length - mostNamed} more` : "";
    const long = differsForMs === 0 ? "" : ` for ${formatDuration(differsForMs)} or longer`;
    const detail = `${addresses} of ${all.length} addresses ${words[trait]} than the majority${long}: ${named.join("; ")}${more}`;
    return { is: "flaw", severity: "warning", reason: "content_mismatch", detail };
  });
}

function shownDifference(own: Trait, usual: Trait): string {
  const of = own.of === undefined ? "" : ` ${own.of}`;
  return own.shown === undefined ? of : `${of}: ${own.shown}, not ${usual.shown ?? "that"}`;
}
