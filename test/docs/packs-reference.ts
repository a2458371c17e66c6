import { rulePacks } from "../../src/alerting/packs/index.ts";
import type { PackRule, RulePack } from "../../src/core/alerting/rule-pack.ts";
import type { Json } from "../../src/core/json.ts";
import { markdownTable } from "../support/samples/markdown-table.ts";

type Block = Readonly<Record<string, Json>>;

/** The packs of rules with their conditions and what to do, from their data. */
export function packsReference(): string {
  return rulePacks.map(packPart).join("\n\n");
}

function packPart({ id, title, onWith, rules }: RulePack): string {
  const switched = onWith === undefined ? "Off unless switched on." : `On where \`${onWith}\` has an entry.`;
  const rows = Object.entries(rules).map(([name, rule]) => [
    `\`${name}\`<br>${rule.title.en}<br>${rule.title.zh}`,
    conditionOf(rule.block),
    waitOf(rule.block["for"]),
    `${rule.runbook.en}<br>${rule.runbook.zh}`,
  ]);
  return `## \`packs.${id}\`\n\n${title.en} (${title.zh}). ${switched}\n\n${markdownTable(["rule", "condition", "for", "what to do"], rows)}`;
}

function conditionOf(block: PackRule["block"]): string {
  const value = valueOf(block);
  const limits = [...limitsOf(block["above"], ">"), ...limitsOf(block["below"], "<"), ...changesOf(block["change"])];
  const parts = [
    value,
    ...limits,
    ...(block["recover"] === undefined ? [] : [`until ${textOf(block["recover"])}`]),
    ...(block["min_volume"] === undefined ? [] : [`at least ${textOf(block["min_volume"])} below the line`]),
    ...(block["k_of_n"] === undefined
      ? []
      : [`in ${textOf(asBlock(block["k_of_n"])["k"])} of ${textOf(asBlock(block["k_of_n"])["n"])} minutes`]),
    ...(block["unless"] === undefined ? [] : [`unless \`${textOf(asBlock(block["unless"])["metric"])}\``]),
  ];
  return parts.join("; ");
}

function valueOf(block: Block): string {
  const window = textOf(block["window"] ?? "5m");
  switch (block["kind"]) {
    case "ratio": {
      const [of, to] = [selector(block, "of", "of_matchers"), selector(block, "to", "to_matchers")];
      const below = block["to_combine"] === "count" ? `number of ${to}` : to;
      return `${block["complement"] === true ? "1 - " : ""}${of} / ${below} (${aggregateOf(block)}, ${window})`;
    }
    case "predict": {
      const within = Object.entries(asBlock(block["within"])).map(
        ([severity, span]) => `${severity} in ${textOf(span)}`,
      );
      const shares = limitsOf(block["share_below"], "<").join(", ");
      return `${selector(block, "metric")} reaches ${textOf(block["reaches"] ?? 0)}: ${within.join(", ")}, by the last ${window}, with ${shares} of \`${textOf(block["share_of"])}\` left`;
    }
    case "compare":
      return `change of ${selector(block, "metric")} (${aggregateOf(block)}, ${window}) against ${comparedWith(asBlock(block["to"]))}`;
    case "absence":
      return `no ${selector(block, "metric")} any more: ${textOf(block["severity"] ?? "warning")}`;
    default: {
      const per = block["per"] === undefined ? "" : ` per ${textOf(block["per"])}`;
      const read = { time_until: "time until ", time_since: "time since " }[textOf(block["read_as"])] ?? "";
      return `${read}${selector(block, "metric")} (${aggregateOf(block)}${per}, ${window})`;
    }
  }
}

function comparedWith({ periods, days, weeks, take }: Block): string {
  const unit = periods !== undefined ? "periods" : days !== undefined ? "days" : "weeks";
  return `the ${textOf(take ?? "median")} of ${textOf(periods ?? days ?? weeks)} ${unit}`;
}

function selector(block: Block, key: string, own = ""): string {
  const matchers = [...asList(block["matchers"]), ...asList(block[own])].join(",");
  return `\`${textOf(block[key])}${matchers === "" ? "" : `{${matchers}}`}\``;
}

function aggregateOf(block: Block): string {
  return textOf(block["aggregate"] ?? "avg");
}

function limitsOf(limits: Json | undefined, sign: string): string[] {
  return Object.entries(asBlock(limits)).map(([severity, limit]) => `${severity} ${sign} ${textOf(limit)}`);
}

function changesOf(changes: Json | undefined): string[] {
  return Object.entries(asBlock(changes)).map(([severity, change]) => `${severity} ${textOf(change)}`);
}

function waitOf(wait: Json | undefined): string {
  if (wait === undefined) return "";
  if (typeof wait === "string") return wait;
  return Object.entries(asBlock(wait))
    .map(([severity, span]) => `${severity} ${textOf(span)}`)
    .join(", ");
}

function asBlock(json: Json | undefined): Block {
  return json !== null && typeof json === "object" && !Array.isArray(json) ? (json as Block) : {};
}

function asList(json: Json | undefined): readonly string[] {
  return Array.isArray(json) ? json.map((item: Json) => textOf(item)) : [];
}

function textOf(json: Json | undefined): string {
  return typeof json === "string" ? json : JSON.stringify(json ?? "");
}
