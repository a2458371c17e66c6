import { z } from "zod";
import { localHostOptions, serviceNameSchema } from "../../core/checks/host-options.ts";
import { addressSchema } from "../../core/http/address.ts";
import { requestOptions } from "../../core/http/request-options.ts";
import { idSchema } from "../../core/schema/name-schema.ts";
import { durationSchema } from "../../core/time/duration.ts";
import type { CheckBlock } from "../checks/check-block.ts";
import { scheduledEnvelope } from "../checks/check-schema.ts";
import { type ConfigIssue, issueAt, locateProblem } from "../source/issue.ts";
import { placeText } from "../source/merge.ts";
import { type MapEntry, type MapNode, mapOf, type NodePath, type Place } from "../source/node.ts";
import { parseNode } from "../source/parse-node.ts";
import { thresholdsOf } from "./must-run.ts";
import type { Expansion, NamedBlocks, ShortForm } from "./short-form.ts";

const { title, service, severity, depends_on, env, labels, interval, timeout, failure_threshold, blind_after } =
  scheduledEnvelope.shape;

const localKeys = ["more_collectors", "watched_processes"] as const;
const scrapeKeys = ["headers", "auth", "tls", "proxy", "proxy_auth", "family"] as const;

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

const { headers, auth, tls, proxy, proxy_auth, family } = requestOptions;

const hostSchema = z
  .strictObject({
    local: z.literal(true).optional().describe("The machine the daemon runs on."),
    scrape: addressSchema
      .optional()
      .describe(
        "Address of its exporter: `http://<host>:9100/metrics` (node_exporter), `http://<host>:9182/metrics` (windows_exporter).",
      ),
    agent: z
      .never({
        error:
          "machines cannot report by an agent yet; run node_exporter or windows_exporter there and set scrape to its address",
      })
      .optional()
      .describe("Taken for later: machines cannot report by an agent yet, and the key is refused."),
    must_run: z
      .array(serviceNameSchema)
      .min(1)
      .max(100)
      .optional()
      .describe(
        "Services that have to run, by the collector `service` (Windows) or `systemd` of the exporter or of this machine; `*` stands for anything.",
      ),
    more_collectors: localHostOptions.more_collectors
      .unwrap()
      .optional()
      .describe("Local machine: collectors of the host probe that are off by default."),
    watched_processes: localHostOptions.watched_processes
      .unwrap()
      .optional()
      .describe("Local machine: processes to count and measure."),
    headers: headers.unwrap().optional().describe("Further request headers of the scrape."),
    auth,
    tls: tls.unwrap().optional().describe("How the certificate of the exporter is judged."),
    proxy,
    proxy_auth,
    family: family.unwrap().optional().describe("Address family to dial."),
    backup: idSchema
      .optional()
      .describe("Check that the backup job of this machine reports to, or `none`: it needs no backup."),
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
  })
  .refine(
    (host) => (host.local === undefined) !== (host.scrape === undefined),
    "set either local: true or scrape: <address of its exporter>",
  )
  .superRefine((host, context) => {
    const [keys, message] =
      host.scrape === undefined
        ? [scrapeKeys, "belongs to a host with scrape"]
        : [localKeys, "belongs to the host with local: true"];
    for (const key of keys) {
      if (host[key] !== undefined) context.addIssue({ code: "custom", path: [key], message });
    }
  });

/** `hosts`: a line per machine; `<id>` becomes a host or scrape check of the same id. A machine serves many services, so it needs no `service` label. */
export const hosts: ShortForm = {
  key: "hosts",
  title: "A machine whose resources are measured.",
  schema: hostSchema,
  expand: expandHosts,
};

function expandHosts(entries: NamedBlocks): Expansion {
  const issues: ConfigIssue[] = [];
  const blocks: CheckBlock[] = [];
  let local: Place | undefined;
  for (const [id, { keyPlace, node }] of entries) {
    const parsed = parseNode(hostSchema, node);
    if (!parsed.ok) issues.push(...parsed.problems.map((problem) => locateProblem(node, problem, ["hosts", id])));
    const isLocal = node.entries.has("local");
    if (isLocal && local !== undefined) {
      const message = `is the local machine as well; so is the one in ${placeText(local)}`;
      issues.push(issueAt(keyPlace, ["hosts", id], message));
    } else if (parsed.ok) blocks.push(blockOf(id, keyPlace, node));
    if (isLocal) local ??= keyPlace;
  }
  return { blocks, issues };
}

function blockOf(id: string, keyPlace: Place, node: MapNode): CheckBlock {
  return {
    id,
    keyPlace,
    node: hostBlock(node, keyPlace),
    pathOf: ([first, ...rest]: NodePath): NodePath => {
      if (first === "thresholds") return ["hosts", id, "must_run"];
      return ["hosts", id, ...(first === undefined ? [] : [first === "target" ? "scrape" : first, ...rest])];
    },
    exempt: ["service"],
  };
}

/** Keys of a host that its check does not have: `disks` tunes the rules of a pack. */
const ownKeys: ReadonlySet<string> = new Set(["local", "scrape", "disks", "must_run", "backup"]);

function hostBlock(host: MapNode, keyPlace: Place): MapNode {
  const scalar = (value: string): MapEntry => ({ keyPlace, node: { kind: "scalar", place: keyPlace, value } });
  const others = [...host.entries].filter(([key]) => !ownKeys.has(key));
  const scrape = host.entries.get("scrape");
  const services = host.entries.get("must_run");
  if (scrape === undefined) {
    const own = services === undefined ? [] : [["must_run", services] as const];
    return mapOf(host.place, [["probe", scalar("host")], ...own, ...others]);
  }
  return mapOf(host.place, [
    ["probe", scalar("scrape")],
    ["tier", scalar("os")],
    ["target", scrape],
    ...(services === undefined ? [] : [["thresholds", thresholdsOf(services)] as const]),
    ...others,
  ]);
}
