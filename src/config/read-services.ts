import type { z } from "zod";
import { idSchema } from "../core/schema/name-schema.ts";
import type { Problem } from "../core/schema/problems.ts";
import { unknownOf } from "../core/schema/unknown-name.ts";
import type { Service } from "../core/service.ts";
import { serviceSchema } from "./general-schema.ts";
import { type ConfigIssue, issueAt, locateProblem } from "./source/issue.ts";
import { child, type MapNode, type NodePath } from "./source/node.ts";
import { parseNode } from "./source/parse-node.ts";

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
    const { title = id, owner, policy, runbook, links, hosts, needs, redundancy } = parsed.value;
    issues.push(...unknownNames(root, id, parsed.value).map((problem) => locateProblem(node, problem, path)));
    const groups = Object.entries(redundancy).map(([name, group]) => ({ id: name, ...group }));
    services.push({
      id,
      title,
      links,
      hosts,
      needs,
      ...(groups.length === 0 ? {} : { redundancy: groups }),
      ...(owner === undefined ? {} : { owner }),
      ...(policy === undefined ? {} : { policy }),
      ...(runbook === undefined ? {} : { runbook }),
    });
  }
  return { services, issues };
}

function unknownNames(
  root: MapNode,
  id: string,
  { hosts, needs, redundancy }: Pick<z.output<typeof serviceSchema>, "hosts" | "needs" | "redundancy">,
): readonly Problem[] {
  const known = (key: string, names: readonly string[], list: NodePath): Problem[] =>
    names.flatMap((name, index): Problem[] => {
      const path = [...list, index];
      if (key === "service" && name === id) return [{ path, message: "a service cannot need itself" }];
      const ids = namesIn(root, `${key}s`);
      return ids.includes(name) ? [] : [{ path, message: unknownOf(key, name, ids) }];
    });
  const own = [...hosts, ...needs];
  const groups = Object.entries(redundancy).flatMap(([group, { of }]) =>
    of.flatMap((name, index): Problem[] =>
      own.includes(name)
        ? []
        : [{ path: ["redundancy", group, "of", index], message: unknownOf("host or need of the service", name, own) }],
    ),
  );
  return [...known("host", hosts, ["hosts"]), ...known("service", needs, ["needs"]), ...groups];
}

function namesIn(root: MapNode, section: string): readonly string[] {
  const node = child(root, section);
  return node?.kind === "map" ? [...node.entries.keys()] : [];
}
