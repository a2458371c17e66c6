import { basename, dirname, join } from "node:path";
import type { Finding } from "../../core/checks/finding.ts";
import { type Sample, sample } from "../../core/checks/metric.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import type { Json } from "../../core/json.ts";
import type { FileReading, StoredFile } from "../../core/ports/stored-files.ts";
import { judgeCount, judgeSize, judgeSpace, judgeTime } from "./judge.ts";
import type { FileOptions } from "./options.ts";
import { advance, identityOf, type Progress, progressOf } from "./progress.ts";
import { findObjects, isObjectTarget, type ObjectsFound, placeProblem } from "./s3/find-objects.ts";

const mostFiles = 10_000;
const mostSidecarBytes = 4096;
const shownFiles = 5;

/** Looks at the files that the target names and judges the newest. */
export async function runFile(options: FileOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  const pattern = context.target.address;
  // That a store does not answer says nothing of what lies there.
  context.phase(isObjectTarget(pattern) ? "lookup" : "dialogue");
  const found = await find({ options, io, context });
  if (!found.ok) return { findings: [found.finding], samples: [] };
  const files = found.files.filter(({ path }) => !isSidecar(path, options)).toSorted(newestFirst);
  const nowMs = context.startedAtMs;
  // An object is there when it is whole.
  const settleMs = options.s3 === undefined ? options.settle : Number.NEGATIVE_INFINITY;
  const newest = files.find(({ modifiedAtMs }) => nowMs - modifiedAtMs >= settleMs);
  const fresh = files[0];
  if (fresh !== undefined && fresh !== newest) context.note(`${fresh.path} is still being written`);
  // A file that is being written now is there, although nothing else can be said of it.
  const time = judgeTime(options, fresh, context);
  const progress = newest === undefined ? progressOf(context.memory) : advance(progressOf(context.memory), newest);
  const content = newest === undefined ? unread : await readContent(newest, { options, io, context });
  const space = await judgeRoom(options, io, pattern);
  const findings: readonly Finding[] = [
    ...(fresh === undefined && time.findings.length === 0
      ? [nothing(pattern, found.isDirectory === true)]
      : time.findings),
    ...(newest === undefined ? [] : judgeSize(options, newest.sizeBytes, progress?.beforeBytes)),
    ...judgeCount(options, files.length),
    ...(options.s3 === undefined || found.isComplete ? [] : [incomplete(pattern)]),
    ...content.findings,
    ...space.findings,
  ];
  const samples: readonly Sample[] = [
    sample("probe_file_matches", files.length),
    ...(newest === undefined
      ? []
      : [
          sample("probe_file_newest_timestamp_seconds", newest.modifiedAtMs / 1000),
          sample("probe_file_newest_size_bytes", newest.sizeBytes),
        ]),
    ...(time.dueAtMs === undefined ? [] : [sample("probe_file_due_timestamp_seconds", time.dueAtMs / 1000)]),
    ...(time.missed === undefined ? [] : [sample("probe_file_missed", time.missed)]),
    ...space.samples,
  ];
  const observation = { findings, samples, evidence: evidenceOf(files) };
  return progress === undefined ? observation : { ...observation, memory: remembered(progress, content.read) };
}

/** Files of this machine, or objects of a store. */
async function find(scene: Scene): Promise<ObjectsFound> {
  const { options, io, context } = scene;
  const target = context.target.address;
  const problem = placeProblem(options.s3 !== undefined, target);
  if (problem !== undefined) return { ok: false, finding: { is: "unknown", reason: "parse", detail: problem } };
  if (options.s3 !== undefined) return findObjects(target, mostFiles, { options: options.s3, io, context });
  const found = await io.storedFiles.find(target, mostFiles);
  if (found.ok) return found;
  return { ok: false, finding: { is: "unknown", reason: found.reason, detail: found.detail } };
}

function incomplete(pattern: string): Finding {
  const detail = `there are more than ${mostFiles} objects below ${pattern}, and not all were seen: name a longer beginning`;
  return { is: "flaw", severity: "warning", reason: "partial", detail };
}

type Content = Readonly<{ findings: readonly Finding[]; read?: NonNullable<Progress["read"]> }>;
type Scene = Readonly<{ options: FileOptions; io: ProbeIo; context: ProbeContext }>;

const unread: Content = { findings: [] };

/** Reads each file once: what was found of it is kept until another is the newest. */
async function readContent(newest: StoredFile, scene: Scene): Promise<Content> {
  const { options, context } = scene;
  if (options.checksum === undefined && options.archive === "ignored") return unread;
  const of = identityOf(newest);
  const before = progressOf(context.memory)?.read;
  if (before?.of === of) return contentOf(of, before.problem);
  const checked = await checkDigest(newest, scene);
  if ("finding" in checked) return { findings: [checked.finding] };
  if (checked.problem !== undefined) return contentOf(of, checked.problem);
  if (options.archive === "ignored") return contentOf(of, undefined);
  const verified = await scene.io.storedFiles.verifyArchive(newest.path, context.signal);
  if (!verified.ok && verified.reason !== "broken") return { findings: [refusal(verified)] };
  if (verified.ok) context.note(`${newest.path} is a whole ${verified.value}`);
  return contentOf(of, verified.ok ? undefined : `${basename(newest.path)}: ${verified.detail}`);
}

function contentOf(of: string, problem: string | undefined): Content {
  if (problem === undefined) return { findings: [], read: { of } };
  return { findings: [{ is: "down", reason: "content_mismatch", detail: problem }], read: { of, problem } };
}

async function checkDigest(
  newest: StoredFile,
  { options, io, context }: Scene,
): Promise<Readonly<{ problem?: string } | { finding: Finding }>> {
  const name = options.checksum;
  if (name === undefined) return {};
  const beside = `${newest.path}.${name}`;
  const said = await io.storedFiles.text(beside, mostSidecarBytes);
  if (!said.ok && said.reason !== "broken") return { finding: refusal(said) };
  const wanted = said.ok ? /^\s*\\?([0-9a-f]+)\b/i.exec(said.value)?.[1]?.toLowerCase() : undefined;
  if (wanted === undefined) return { problem: `${basename(beside)} is not there, or holds no digest` };
  const digest = await io.storedFiles.digest(newest.path, name, context.signal);
  if (!digest.ok) return { finding: refusal(digest) };
  if (digest.value === wanted) return {};
  return { problem: `${basename(newest.path)} has another ${name} than ${basename(beside)} says` };
}

/** What cannot be read is broken for us only. */
function refusal({ reason, detail }: Extract<FileReading<string>, { ok: false }>): Finding {
  return { is: "unknown", reason: reason === "local_resources" ? reason : "permission", detail };
}

/** A verdict hangs on it: the run waits until the filesystem counts as stuck. */
const patienceMs = 5000;

type Room = Readonly<{ findings: readonly Finding[]; samples: readonly Sample[] }>;

async function judgeRoom(options: FileOptions, io: ProbeIo, pattern: string): Promise<Room> {
  const { warning, critical } = options.free_space;
  if (warning === undefined && critical === undefined) return { findings: [], samples: [] };
  const directory = dirname(pattern.split(/[*?[{]/, 1)[0]?.concat("x") ?? pattern);
  const facts = await io.files.filesystem(directory, patienceMs);
  if (typeof facts === "string") {
    const detail = `the filesystem of ${directory} ${facts === "error" ? "cannot be asked" : "does not answer"}`;
    return { findings: [{ is: "unknown", reason: "local_resources", detail }], samples: [] };
  }
  return {
    findings: judgeSpace(options, facts),
    samples: [sample("probe_file_available_bytes", facts.availableBytes)],
  };
}

function isSidecar(path: string, { checksum }: FileOptions): boolean {
  return checksum !== undefined && path.endsWith(`.${checksum}`);
}

function newestFirst(a: StoredFile, b: StoredFile): number {
  return b.modifiedAtMs - a.modifiedAtMs || (a.path < b.path ? 1 : -1);
}

function nothing(pattern: string, isDirectory: boolean): Finding {
  const advice = isDirectory ? `: that is a directory, write ${join(pattern, "*")}` : "";
  return { is: "down", reason: "late", detail: `no file matches ${pattern}${advice}` };
}

function remembered({ newest, sizeBytes, beforeBytes }: Progress, read: Progress["read"]): Json {
  return {
    newest,
    sizeBytes,
    ...(beforeBytes === undefined ? {} : { beforeBytes }),
    ...(read === undefined ? {} : { read: { of: read.of, ...(read.problem && { problem: read.problem }) } }),
  };
}

function evidenceOf(files: readonly StoredFile[]) {
  return {
    matches: files.length,
    newest: files.slice(0, shownFiles).map(({ path, sizeBytes, modifiedAtMs }) => ({
      path,
      size_bytes: sizeBytes,
      modified_at: new Date(modifiedAtMs).toISOString(),
    })),
  };
}
