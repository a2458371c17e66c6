import { z } from "zod";
import type { Finding } from "../../core/checks/finding.ts";
import type { Json } from "../../core/json.ts";
import type { Severity } from "../../core/severity.ts";
import { escapeControls } from "../../core/text/printable.ts";
import type { HostKey } from "./host-key.ts";
import type { SshOptions } from "./options.ts";
import type { Talk } from "./talk.ts";
import { furtherWeaknesses, type Weaknesses } from "./weak.ts";

const toldForMs = 86_400_000;

const memorySchema = z.object({
  type: z.string().max(50),
  fingerprint: z.string().max(60),
  /** The key before it, and when it changed. */
  before: z.string().max(60).optional(),
  changedAtMs: z.number().optional(),
});

type Memory = Readonly<{ type: string; fingerprint: string; before?: string; changedAtMs?: number }>;

/** Judges the version line. */
export function judgeBanner({ banner: wanted }: SshOptions, { banner = "" }: Talk): readonly Finding[] {
  if (wanted === undefined || wanted.test(banner)) return [];
  return [
    {
      is: "down",
      reason: "keyword",
      phase: "dialogue",
      detail: `the version line is "${banner}", which does not match ${wanted.source}`,
    },
  ];
}

/** Judges what is weak about a server. */
export function judgeWeak(options: SshOptions, talk: Talk, weaknesses: Weaknesses): readonly Finding[] {
  const { weak } = options;
  const names = Object.values(weaknesses).flat();
  const texts = [...(names.length === 0 ? [] : [`it offers ${names.join(", ")}`]), ...furtherWeaknesses(talk, options)];
  if (texts.length === 0 || weak === "ignore") return [];
  const detail = escapeControls(texts.join("; ").slice(0, 400));
  return [
    weak === "down"
      ? { is: "down", reason: "ssh_weak", detail }
      : { is: "flaw", severity: weak, reason: "ssh_weak", detail },
  ];
}

/** Judges the host key by the list, or else by the last run. */
export function judgeHostKey(
  { fingerprints, changed }: SshOptions,
  key: HostKey,
  memory: Json | undefined,
  nowMs: number,
): Readonly<{ findings: readonly Finding[]; memory: Json }> {
  const { type, fingerprint } = key;
  if (fingerprints !== undefined) {
    const detail = `the host key is ${fingerprint} (${type}), which is none of the ${fingerprints.length} that are expected`;
    const isKnown = fingerprints.includes(fingerprint);
    return {
      findings: isKnown ? [] : [{ is: "down", reason: "content_mismatch", phase: "dialogue", detail }],
      memory: { type, fingerprint },
    };
  }
  const next = nextMemory(memory, key, nowMs);
  const { before, changedAtMs } = next;
  if (before === undefined || changed === "ignore") return { findings: [], memory: next };
  const detail = `the host key changed from ${before} to ${fingerprint} (${type}) on ${new Date(changedAtMs ?? nowMs).toISOString()}`;
  return { findings: [changedFlaw(changed, detail)], memory: next };
}

function changedFlaw(severity: Severity, detail: string): Finding {
  return { is: "flaw", severity, reason: "changed", detail };
}

function nextMemory(memory: Json | undefined, { type, fingerprint }: HostKey, nowMs: number): Memory {
  const parsed = memorySchema.safeParse(memory);
  const last = parsed.success ? parsed.data : undefined;
  const { before, changedAtMs } = last ?? {};
  // Another type is another key of the same server.
  if (last === undefined || last.type !== type) return { type, fingerprint };
  if (last.fingerprint !== fingerprint) return { type, fingerprint, before: last.fingerprint, changedAtMs: nowMs };
  const isFresh = before !== undefined && changedAtMs !== undefined && nowMs - changedAtMs < toldForMs;
  return isFresh ? { type, fingerprint, before, changedAtMs } : { type, fingerprint };
}
