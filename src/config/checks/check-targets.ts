import { createHash } from "node:crypto";
import type { CheckTarget } from "../../core/checks/check.ts";
import type { ProbeKind } from "../../core/checks/probe.ts";
import type { Json } from "../../core/json.ts";
import type { Problem } from "../../core/schema/problems.ts";
import { type ConfigNode, child, type NodePath } from "../source/node.ts";
import { parseNode } from "../source/parse-node.ts";

export type Targets = Readonly<{
  targets: readonly CheckTarget[];
  /** Where each of the targets is written. */
  paths: readonly NodePath[];
  problems: readonly Problem[];
}>;
type Written = Readonly<{ path: NodePath; node: ConfigNode }>;

/** Reads `target` or `targets` with the kind's own address schema; a kind with a default address needs neither. */
export function readTargets(kind: ProbeKind, block: ConfigNode): Targets {
  const single = child(block, "target");
  const several = child(block, "targets");
  const isDiscovered = child(block, "targets_from") !== undefined;
  if (single !== undefined && several !== undefined) {
    return failed({ path: ["targets"], atKey: true, message: "a check has either `target` or `targets`, not both" });
  }
  if (isDiscovered && (single !== undefined || several !== undefined)) {
    const message = "a check has either targets of its own or `targets_from`, not both";
    return failed({ path: ["targets_from"], atKey: true, message });
  }
  if (isDiscovered) return { targets: [], paths: [], problems: [] };
  if (single === undefined && several === undefined) {
    if (kind.defaultAddress !== undefined)
      return { targets: [locateTarget(kind, kind.defaultAddress)], paths: [[]], problems: [] };
    return failed({ path: [], message: `"target" is missing; the probe ${kind.kind} needs one` });
  }
  const written: Written[] =
    single === undefined
      ? itemsOf(several).map((node, index) => ({ path: ["targets", index], node }))
      : [{ path: ["target"], node: single }];
  return readAll(kind, written);
}

function readAll(kind: ProbeKind, written: readonly Written[]): Targets {
  const targets: CheckTarget[] = [];
  const paths: NodePath[] = [];
  const problems: Problem[] = [];
  const firstIndex = new Map<string, number>();
  for (const [index, { path, node }] of written.entries()) {
    const parsed = parseNode(kind.address, node);
    if (!parsed.ok) {
      problems.push(...parsed.problems.map(({ message }) => ({ path, message })));
      continue;
    }
    if (typeof parsed.json !== "string") {
      problems.push({ path, message: "must be a text; put it in quotes" });
      continue;
    }
    const target = locateTarget(kind, parsed.json);
    const first = firstIndex.get(target.id);
    if (first !== undefined)
      problems.push({ path, message: `is the same target as entry ${first + 1}, ${target.display}` });
    firstIndex.set(target.id, first ?? index);
    targets.push(target);
    paths.push(path);
  }
  return { targets, paths, problems };
}

/** What is wrong with targets that fit their kind, but not the options of the check. */
export function conflicts(kind: ProbeKind, options: Json, targets: Targets): readonly Problem[] {
  return ofEach(targets, (address) => kind.conflictOf(options, address));
}

/** What the options leave open at some of the targets. */
export function advices(kind: ProbeKind, options: Json, targets: Targets): readonly Problem[] {
  return ofEach(targets, (address) => kind.adviceOn(options, address));
}

function ofEach({ targets, paths }: Targets, said: (address: string) => string | undefined): readonly Problem[] {
  return targets.flatMap(({ address }, index) => {
    const message = said(address);
    return message === undefined ? [] : [{ path: paths[index] ?? [], message }];
  });
}

/** A target at an address that fits the kind. @throws {ZodError} when it does not. */
export function locateTarget(kind: ProbeKind, address: string): CheckTarget {
  const { canonical, display, host } = kind.locate(address);
  return { id: targetId(kind.kind, canonical), address, display, labels: {}, ...(host === undefined ? {} : { host }) };
}

/** Stable id of a target: 16 hex digits over kind and canonical address. */
export function targetId(kind: string, canonical: string): string {
  return createHash("sha256").update(`${kind}\n${canonical}`).digest("hex").slice(0, 16);
}

function itemsOf(node: ConfigNode | undefined): readonly ConfigNode[] {
  return node?.kind === "list" ? node.items : [];
}

function failed(problem: Problem): Targets {
  return { targets: [], paths: [], problems: [problem] };
}
