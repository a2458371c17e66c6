/** Ids that a dependency may mean, by what they are. */
export type KnownNames = Readonly<Record<"checks" | "rules" | "services" | "hosts", ReadonlySet<string>>>;

const kinds = [
  { prefix: "check", names: "checks" },
  { prefix: "rule", names: "rules" },
  { prefix: "service", names: "services" },
  { prefix: "host", names: "hosts" },
] as const;

/** Returns the node that a dependency means; what is wrong when it means none or several. A host's own check is the host. */
export function resolveDependency(
  name: string,
  known: KnownNames,
): string | Readonly<{ problem: string; missing?: string }> {
  const [prefix, id] = name.includes("/") ? name.split("/") : [undefined, name];
  const found = kinds
    .filter((kind) => (prefix === undefined || kind.prefix === prefix) && known[kind.names].has(id ?? ""))
    .map((kind) => `${kind.prefix}/${id}`)
    .filter((node, _index, nodes) => !(node.startsWith("check/") && nodes.includes(`host/${id}`)));
  const [only] = found;
  if (only === undefined) {
    const what = prefix === undefined ? "check, rule, service or host" : prefix;
    return { problem: `there is no ${what} "${id}"`, missing: id ?? "" };
  }
  return found.length === 1 ? only : { problem: `"${id}" is several things; write ${found.join(" or ")}` };
}
