import { idSchema } from "../core/name-schema.ts";
import type { Service } from "../core/service.ts";
import { serviceSchema } from "./general-schema.ts";
import { type ConfigIssue, issueAt, locateProblem, unknownOf } from "./issue.ts";
import { child, type MapNode, type NodePath, placeOf } from "./node.ts";
import { parseNode } from "./parse-node.ts";

export type ReadServices = Readonly<{ services: readonly Service[]; issues: readonly ConfigIssue[] }>;

/** Reads the service catalogue; a service may need only services that are in it, and not itself. */
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
    const { title = id, owner, policy, runbook, hosts, needs, links } = parsed.value;
    services.push({
      id,
      title,
      hosts,
      needs,
      links,
      ...(owner === undefined ? {} : { owner }),
      ...(policy === undefined ? {} : { policy }),
      ...(runbook === undefined ? {} : { runbook }),
    });
  }
  return { services, issues: [...issues, ...needIssues(root, services, new Set(section.entries.keys()))] };
}

function needIssues(root: MapNode, services: readonly Service[], known: ReadonlySet<string>): ConfigIssue[] {
  return services.flatMap((service) =>
    service.needs.flatMap((need, index) => {
      const path: NodePath = ["services", service.id, "needs", index];
      if (known.has(need) && need !== service.id) return [];
      const message = need === service.id ? "a service cannot need itself" : unknownOf("service", need, [...known]);
      return [issueAt(placeOf(root, path), path, message)];
    }),
  );
}
