import { z } from "zod";
import { idSchema } from "../../core/schema/name-schema.ts";
import { unknownOf } from "../../core/schema/unknown-name.ts";
import type { CheckBlock } from "../checks/check-block.ts";
import { type ConfigIssue, issueAt, locateProblem } from "../source/issue.ts";
import { child, type MapEntry, type MapNode, mapOf, type NodePath, type Place } from "../source/node.ts";
import { parseNode } from "../source/parse-node.ts";
import type { Expansion, NamedBlocks, ShortForm } from "./short-form.ts";

const backupSchema = z
  .looseObject({
    files: z
      .string()
      .min(1)
      .describe(
        "Path or glob of the backup's files, on the machine the daemon runs on; with `s3` their place in the store.",
      ),
    on: idSchema
      .optional()
      .describe(
        "Entry of `hosts` that has the files: the one with `local: true`, or with `s3` any that puts them into the store.",
      ),
  })
  .refine((backup) => !["probe", "target", "use"].some((key) => key in backup), {
    message: "has no keys probe, target and use; it is a check of the file probe on `files`",
  });

/** `backups`: a line per backup; `<id>` becomes the file check `<id>-backup`. */
export const backups: ShortForm = {
  key: "backups",
  title: "A backup that has to be there in time: keys of a check and options of the file probe.",
  schema: backupSchema,
  expand: expandBackups,
};

function expandBackups(entries: NamedBlocks, root: MapNode): Expansion {
  const issues: ConfigIssue[] = [];
  const blocks: CheckBlock[] = [];
  for (const [id, { keyPlace, node }] of entries) {
    const wrong = issuesOf(id, keyPlace, { node, root });
    issues.push(...wrong.issues);
    if (wrong.isAccepted) blocks.push(blockOf(id, keyPlace, node));
  }
  return { blocks, issues };
}

type Judged = Readonly<{ isAccepted: boolean; issues: readonly ConfigIssue[] }>;

function issuesOf(id: string, keyPlace: Place, { node, root }: Readonly<{ node: MapNode; root: MapNode }>): Judged {
  const refused = (issues: readonly ConfigIssue[]): Judged => ({ isAccepted: false, issues });
  const parsed = parseNode(backupSchema, node);
  if (!parsed.ok) return refused(parsed.problems.map((problem) => locateProblem(node, problem, ["backups", id])));
  if (!idSchema.safeParse(backupCheckId(id)).success) {
    const message = `makes the check ${backupCheckId(id)}, whose id is longer than 63 characters; shorten the backup's id`;
    return refused([issueAt(keyPlace, ["backups", id], message)]);
  }
  const { on } = parsed.value;
  const problem = on === undefined ? undefined : hostProblem(on, root, "s3" in parsed.value);
  if (problem === undefined) return { isAccepted: true, issues: [] };
  return refused([issueAt(node.entries.get("on")?.keyPlace ?? keyPlace, ["backups", id, "on"], problem)]);
}

function blockOf(id: string, keyPlace: Place, node: MapNode): CheckBlock {
  return {
    id: backupCheckId(id),
    keyPlace,
    node: fileBlock(node, keyPlace),
    pathOf: ([first, ...rest]: NodePath): NodePath => {
      if (first === undefined) return ["backups", id];
      return ["backups", id, first === "target" ? "files" : first, ...rest];
    },
    // A machine's backup serves many services, as the machine does.
    exempt: ["service"],
  };
}

/** Id of the check that a line of `backups` becomes. */
export function backupCheckId(id: string): string {
  return `${id}-backup`;
}

function hostProblem(on: string, root: MapNode, isInStore: boolean): string | undefined {
  const hosts = child(root, "hosts");
  if (child(hosts, on) === undefined)
    return unknownOf("host", on, hosts?.kind === "map" ? [...hosts.entries.keys()] : []);
  // What a machine puts into a store is seen from everywhere.
  if (isInStore) return undefined;
  const local = child(child(hosts, on), "local");
  if (local?.kind === "scalar" && local.value === true) return undefined;
  return `hosts.${on} is not the machine that the daemon runs on (local: true), and other machines' files cannot be seen from here; let the backup job push a heartbeat instead (probe: push)`;
}

function fileBlock(backup: MapNode, keyPlace: MapEntry["keyPlace"]): MapNode {
  const entries = new Map<string, MapEntry>([
    ["probe", { keyPlace, node: { kind: "scalar", place: keyPlace, value: "file" } }],
  ]);
  for (const [key, entry] of backup.entries) if (key !== "on") entries.set(key === "files" ? "target" : key, entry);
  return mapOf(backup.place, entries);
}
