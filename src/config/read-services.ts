import { idSchema } from "../core/name-schema.ts";
import type { Service } from "../core/service.ts";
import { serviceSchema } from "./general-schema.ts";
import { type ConfigIssue, issueAt, locateProblem } from "./issue.ts";
import { child, type MapNode } from "./node.ts";
import { parseNode } from "./parse-node.ts";

export type ReadServices = Readonly<{ services: readonly Service[]; issues: readonly ConfigIssue[] }>;

/** Reads the service catalogue. */
export function readServices(root: MapNode): ReadServices {
  const section = child(root, "services");
  if (section === undefined) return { services: [], issues: [] };
  if (section.kind !== "map")
    return { services: [], issues: [issueAt(section.place, ["services"], "must be a map from id to service")] };
  const services: Service[] = [];
  const issues: ConfigIssue[] = [];
  for (const [id, { keyPlace, node }] of section.entries) {
    const path = ["services", id];
    const named = idSchema.safeParse(id);
    if (!named.success)
      issues.push(issueAt(keyPlace, path, named.error.issues.map((issue) => issue.message).join("; ")));
    const parsed = parseNode(serviceSchema, node);
    if (!parsed.ok) {
      issues.push(...parsed.problems.map((problem) => locateProblem(node, problem, path)));
      continue;
    }
    const { title = id, owner, runbook, links } = parsed.value;
    services.push({
      id,
      title,
      links,
      ...(owner === undefined ? {} : { owner }),
      ...(runbook === undefined ? {} : { runbook }),
    });
  }
  return { services, issues };
}
