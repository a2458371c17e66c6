import { type Finding, headlineOf, type Verdict, verdicts } from "../../core/checks/finding.ts";
import { type Phase, phaseNames } from "../../core/checks/phases.ts";
import { type Result, type RunTrigger, runTriggers } from "../../core/checks/result.ts";
import { toMicroseconds } from "../stored-result.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

/** What is stored of a run besides its subject and evidence. */
export type StoredRun = Pick<
  Result,
  "slotMs" | "trigger" | "verdict" | "headline" | "startedAtMs" | "durationMs" | "phasesMs" | "findings"
>;

const writer = new ByteWriter();

/** Encodes one run for the tail, where its slot stands in a column; valid until the next call. */
export function encodeRun(run: StoredRun, slotMs: number): Buffer {
  writer.reset();
  writeRun(run, slotMs);
  if (run.findings.length > 0) writer.text(JSON.stringify(run.findings));
  return writer.bytes();
}

/** Decodes what `encodeRun` wrote. */
export function decodeRun(bytes: Buffer, slotMs: number): StoredRun {
  const reader = new ByteReader(bytes);
  const head = reader.byte();
  const run = readRun(reader, head, slotMs);
  return withFindings(run, (head & findingsBit) === 0 ? undefined : reader.text());
}

/**
 * Packs runs in the order of their slots into one block: a list of the texts of findings, then per run the change of the
 * slot's step and what `encodeRun` writes, with a number instead of the text.
 */
export function packRuns(runs: readonly StoredRun[]): Buffer {
  const texts = new Map<string, number>();
  for (const run of runs) {
    if (run.findings.length === 0) continue;
    const text = JSON.stringify(run.findings);
    if (!texts.has(text)) texts.set(text, texts.size);
  }
  writer.reset();
  writer.varint(texts.size);
  for (const text of texts.keys()) writer.text(text);
  let slotMs = 0;
  let stepMs = 0;
  for (const run of runs) {
    const nextStepMs = run.slotMs - slotMs;
    writer.signed(nextStepMs - stepMs);
    stepMs = nextStepMs;
    slotMs = run.slotMs;
    writeRun(run, slotMs);
    if (run.findings.length > 0) writer.varint(texts.get(JSON.stringify(run.findings)) ?? 0);
  }
  return writer.bytes();
}

/** Unpacks what `packRuns` wrote, in the order of slots. */
export function unpackRuns(bytes: Buffer): readonly StoredRun[] {
  const reader = new ByteReader(bytes);
  const texts = Array.from({ length: reader.varint() }, () => reader.text());
  const runs: StoredRun[] = [];
  let slotMs = 0;
  let stepMs = 0;
  while (!reader.atEnd) {
    stepMs += reader.signed();
    slotMs += stepMs;
    const head = reader.byte();
    const run = readRun(reader, head, slotMs);
    runs.push(withFindings(run, (head & findingsBit) === 0 ? undefined : texts[reader.varint()]));
  }
  return runs;
}

const findingsBit = 0x10;

function writeRun(run: StoredRun, slotMs: number): void {
  const verdict = verdicts.indexOf(run.verdict);
  const trigger = runTriggers.indexOf(run.trigger);
  writer.byte(verdict | (trigger << 2) | (run.findings.length > 0 ? findingsBit : 0));
  writer.signed(Math.round(run.startedAtMs) - slotMs);
  writer.varint(toMicroseconds(run.durationMs));
  let mask = 0;
  for (let index = 0; index < phaseNames.length; index += 1) {
    if (run.phasesMs[phaseNames[index] as Phase] !== undefined) mask |= 1 << index;
  }
  writer.varint(mask);
  for (const name of phaseNames) {
    const durationMs = run.phasesMs[name];
    if (durationMs !== undefined) writer.varint(toMicroseconds(durationMs));
  }
}

type BareRun = Omit<StoredRun, "findings" | "headline">;

function readRun(reader: ByteReader, head: number, slotMs: number): BareRun {
  const startedAtMs = slotMs + reader.signed();
  const durationMs = reader.varint() / 1000;
  const mask = reader.varint();
  const phasesMs: Partial<Record<Phase, number>> = {};
  for (const [index, name] of phaseNames.entries()) {
    if ((mask & (1 << index)) !== 0) phasesMs[name] = reader.varint() / 1000;
  }
  const verdict = verdicts[head & 3] as Verdict;
  const trigger = runTriggers[(head >> 2) & 3] as RunTrigger;
  return { slotMs, trigger, verdict, startedAtMs, durationMs, phasesMs };
}

function withFindings(run: BareRun, text: string | undefined): StoredRun {
  if (text === undefined) return { ...run, findings: [] };
  const findings = JSON.parse(text) as readonly Finding[];
  const headline = headlineOf(findings);
  return headline === undefined ? { ...run, findings } : { ...run, findings, headline };
}
