import { z } from "zod";
import { durationSchema } from "../../core/duration.ts";
import { scheduledEnvelope } from "../check-schema.ts";
import { type ConfigIssue, issueAt, locateProblem } from "../issue.ts";
import { placeText } from "../merge.ts";
import { type MapEntry, type MapNode, mapOf, type NodePath, type Place } from "../node.ts";
import { parseNode } from "../parse-node.ts";
import type { Expansion, NamedBlocks, ShortForm } from "./short-form.ts";

const { title, service, severity, depends_on, env, labels, interval, timeout, failure_threshold, blind_after } =
  scheduledEnvelope.shape;

const diskSchema = z
  .strictObject({
    full_within: durationSchema({ minMs: 3_600_000, maxMs: 365 * 86_400_000 })
      .optional()
      .describe("A warning when it will be full within so long, and a critical alert within a sixth of that."),
    ignore: z.boolean().default(false).describe("Leaves it out of the rules about disks."),
  })
  .refine(
    ({ full_within, ignore }) => (full_within === undefined) === ignore,
    "set either full_within or ignore: true",
  );

const hostSchema = z.strictObject({
  local: z.literal(true).describe("The machine the daemon runs on."),
  disks: z
    .record(z.string().min(1), diskSchema)
    .optional()
    .describe("Other limits of the pack's rules for some of its disks, by mount point or drive letter."),
  title,
  service,
  severity,
  depends_on,
  env,
  labels,
  interval,
  timeout,
  failure_threshold,
  blind_after,
});

/** `hosts`: a line per machine; `<id>` becomes a host check of the same id. A machine serves many services, so it needs no `service` label. */
export const hosts: ShortForm = {
  key: "hosts",
  title: "A machine whose resources are measured.",
  schema: hostSchema,
  expand: expandHosts,
};

function expandHosts(entries: NamedBlocks): Expansion {
  const issues: ConfigIssue[] = [];
  let local: Place | undefined;
  for (const [id, { keyPlace, node }] of entries) {
    const parsed = parseNode(hostSchema, node);
    if (!parsed.ok) issues.push(...parsed.problems.map((problem) => locateProblem(node, problem, ["hosts", id])));
    if (!node.entries.has("local")) continue;
    if (local !== undefined) {
      issues.push(
        issueAt(keyPlace, ["hosts", id], `is the local machine as well; so is the one in ${placeText(local)}`),
      );
    }
    local ??= keyPlace;
  }
  if (issues.length > 0) return { blocks: [], issues };
  const blocks = [...entries].map(([id, { keyPlace, node }]) => ({
    id,
    keyPlace,
    node: hostBlock(node, keyPlace),
    pathOf: (path: NodePath): NodePath => ["hosts", id, ...path],
    exempt: ["service"],
  }));
  return { blocks, issues };
}

/** Keys of a host that its check does not have: `disks` tunes the rules of a pack. */
const ownKeys: ReadonlySet<string> = new Set(["local", "disks"]);

function hostBlock(host: MapNode, keyPlace: Place): MapNode {
  const probe: MapEntry = { keyPlace, node: { kind: "scalar", place: keyPlace, value: "host" } };
  return mapOf(host.place, [["probe", probe], ...[...host.entries].filter(([key]) => !ownKeys.has(key))]);
}
