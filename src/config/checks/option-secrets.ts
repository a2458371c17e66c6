import type { Check } from "../../core/checks/check.ts";
import { registrableName } from "../../core/domain/registrable-name.ts";
import type { Json } from "../../core/json.ts";
import { parseHostPort } from "../../core/net/host-port.ts";
import type { ConfigNode } from "../source/node.ts";

/** What people see of a check anyway. */
type Shown = Pick<Check, "id" | "title" | "service" | "env" | "labels" | "targets">;

/** Words that say how or where something runs; hidden they would maim every text. */
const plainWords: ReadonlySet<string> = new Set([
  ..."default disabled enabled localhost primary private public secondary".split(" "),
  ..."acceptance development integration preproduction production sandbox staging testing".split(" "),
]);
const privateSuffix = /\.(?:local|internal|lan|corp|home\.arpa|localhost|svc|test|invalid|example)$/;
/** Where files are; what only begins with a slash may be a key in base64. */
const filePath = /^(?:\/(?:app|bin|data|etc|home|media|mnt|opt|root|run|srv|tmp|usr|var)\/|[A-Z]:\\)[^\s:?*"<>|]*$/i;

/**
 * What variables and files have put into the texts of a check's options, for it is taken to be secret; not what the check itself shows,
 * words that anybody would guess, paths of files, and addresses of nothing but a host. `accepted` is what the schema took of the node.
 */
export function optionSecrets(node: ConfigNode, accepted: Json, check: Shown): readonly string[] {
  const shown = [
    check.id,
    check.title,
    check.service ?? "",
    check.env,
    ...Object.values(check.labels),
    ...check.targets.flatMap(({ display, labels }) => [display, ...Object.values(labels)]),
  ];
  const isPlain = (text: string): boolean =>
    plainWords.has(text.toLowerCase()) ||
    filePath.test(text) ||
    isHostAddress(text) ||
    shown.some((each) => each.includes(text));
  return [...new Set(secretsIn(node, accepted))].filter((text) => !isPlain(text));
}

/** Numbers and switches are no texts: what a whole scalar became by its schema counts. */
function secretsIn(node: ConfigNode, accepted: Json | undefined): readonly string[] {
  if (node.kind === "scalar") return typeof accepted === "string" ? (node.secrets ?? []) : [];
  if (typeof accepted !== "object" || accepted === null) return [];
  if (node.kind === "list") return node.items.flatMap((item, at) => secretsIn(item, (accepted as readonly Json[])[at]));
  const values = accepted as Readonly<Record<string, Json>>;
  return [...node.entries].flatMap(([key, entry]) => secretsIn(entry.node, values[key]));
}

/** `10.0.0.53:53`, `db.internal`, `https://shop.example.com/`: no user, no path, and a name that somebody could look up. */
function isHostAddress(text: string): boolean {
  const parsed = parseHostPort(text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").replace(/\/$/, ""));
  if (parsed === undefined) return false;
  const { host } = parsed;
  if (host.includes(":") || /^\d+(?:\.\d+){3}$/.test(host)) return true;
  return privateSuffix.test(host) || registrableName(host)?.isPublic === true;
}
