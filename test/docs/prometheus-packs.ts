import { stringify } from "yaml";
import { rulePacks } from "../../src/alerting/packs/index.ts";
import type { PackRule } from "../../src/core/alerting/rule-pack.ts";
import type { Json } from "../../src/core/json.ts";
import { parseSize } from "../../src/core/size.ts";
import { parseDuration } from "../../src/core/time/duration.ts";

type Block = Readonly<Record<string, Json>>;
type Alert = Readonly<Record<string, Json>>;

const headline = `# The packs of docs/reference/packs.md as rules of Prometheus, as near as PromQL comes: without \`recover\`, and without rules that compare
# with the past. Generated from src/alerting/packs (UPDATE_DOCS=1 npx vitest run test/docs).
`;

/** The packs as a rule file of Prometheus. */
export function prometheusPacks(): string {
  const groups = rulePacks.map(({ id, rules }) => ({
    name: `watchfire-pack-${id}`,
    rules: Object.entries(rules).flatMap(([name, rule]) => alertsOf(name, rule)),
  }));
  return headline + stringify({ groups }, { lineWidth: 0 });
}

function alertsOf(name: string, { block, title, summary, runbook }: PackRule): Alert[] {
  if (block["kind"] === "compare") return [];
  return severitiesOf(block).map((severity) => {
    const wait = block["for"];
    const holds = typeof wait === "string" ? wait : textOf(asBlock(wait)[severity] ?? "");
    return {
      alert: name,
      expr: expressionOf(block, severity),
      ...(holds === "" ? {} : { for: holds }),
      labels: { severity, ...(block["tier"] === undefined ? {} : { tier: block["tier"] }) },
      annotations: { title: title.en, summary: templateOf(summary.en), runbook: runbook.en },
    };
  });
}

function severitiesOf(block: Block): readonly string[] {
  if (block["kind"] === "absence") return [textOf(block["severity"] ?? "warning")];
  const limits = ["above", "below", "within"].flatMap((key) => Object.keys(asBlock(block[key])));
  return [...new Set(limits)];
}

function expressionOf(block: Block, severity: string): string {
  const held = conditionOf(block, severity);
  const unless = block["unless"];
  return unless === undefined ? held : `(${held}) unless (${textOf(asBlock(unless)["metric"])} != 0)`;
}

function conditionOf(block: Block, severity: string): string {
  if (block["kind"] === "absence") {
    const series = selector(block, "metric");
    return `last_over_time(${series}[${textOf(block["forget_after"] ?? "7d")}]) unless ${series}`;
  }
  if (block["kind"] === "predict") return predictionOf(block, severity);
  const volume = block["kind"] === "ratio" ? volumeOf(block) : undefined;
  const value = block["kind"] === "ratio" ? ratioOf(block) : valueOf(block);
  const above = asBlock(block["above"])[severity];
  const below = asBlock(block["below"])[severity];
  const sides = [
    ...(above === undefined ? [] : [`${value} > ${amountOf(above)}`]),
    ...(below === undefined ? [] : [`${value} < ${amountOf(below)}`]),
  ];
  const often = block["k_of_n"];
  if (often !== undefined) {
    const { k, n } = asBlock(often);
    const counted = sides.map((side) => `count_over_time((${side})[${textOf(n)}m:1m]) >= ${textOf(k)}`);
    return counted.join(" or ");
  }
  const condition = sides.length === 1 ? (sides[0] ?? "") : sides.map((side) => `(${side})`).join(" or ");
  return volume === undefined ? condition : `${condition} and ${volume}`;
}

function predictionOf(block: Block, severity: string): string {
  const series = selector(block, "metric");
  const window = textOf(block["window"] ?? "6h");
  const share = asBlock(block["share_below"])[severity];
  const soon = `${series} / -(deriv(${series}[${window}]) < 0) < ${amountOf(asBlock(block["within"])[severity] ?? 0)}`;
  return share === undefined ? soon : `${soon} and ${series} / ${textOf(block["share_of"])} < ${amountOf(share)}`;
}

function valueOf(block: Block): string {
  const value = overTime(block, selector(block, "metric"));
  if (block["read_as"] === "time_until") return `${value} - time()`;
  if (block["read_as"] === "time_since") return `time() - ${value}`;
  return block["per"] === undefined ? value : `${value} / ${amountOf(windowOf(block)) / amountOf(block["per"])}`;
}

function ratioOf(block: Block): string {
  const share = `${joined(block, "sum", overTime(block, selector(block, "of", "of_matchers")))} / ${lowerOf(block)}`;
  return block["complement"] === true ? `1 - ${share}` : share;
}

function volumeOf(block: Block): string {
  const least = block["min_volume"];
  return least === undefined ? `${lowerOf(block)} > 0` : `${lowerOf(block)} >= ${textOf(least)}`;
}

function lowerOf(block: Block): string {
  const combine = block["to_combine"] === "count" ? "count" : "sum";
  return joined(block, combine, overTime(block, selector(block, "to", "to_matchers")));
}

function joined(block: Block, combine: string, value: string): string {
  const without = asList(block["without"]);
  const on = asList(block["on"]);
  if (without.length > 0) return `${combine} without (${without.join(", ")}) (${value})`;
  return on.length > 0 ? `${combine} by (${on.join(", ")}) (${value})` : value;
}

function overTime(block: Block, series: string): string {
  const aggregate = textOf(block["aggregate"] ?? "avg");
  const range = `${series}[${windowOf(block)}]`;
  return aggregate === "increase" ? `increase(${range})` : `${aggregate}_over_time(${range})`;
}

function windowOf(block: Block): string {
  return textOf(block["window"] ?? "5m");
}

/** What an override switches off is left out of the selection. */
function selector(block: Block, key: string, own = ""): string {
  const off = Object.values(asBlock(block["overrides"])).flatMap((override) => asList(asBlock(override)["matchers"]));
  const matchers = [...asList(block["matchers"]), ...asList(block[own])].map(quoted);
  const all = [...matchers, ...off.map((matcher) => quoted(matcher.replace("=~", "!~")))];
  return `${textOf(block[key])}${all.length === 0 ? "" : `{${all.join(",")}}`}`;
}

function quoted(matcher: string): string {
  const parts = /^(\w+)(=~|!~|!=|=)(.*)$/.exec(matcher);
  const value = parts?.[3] ?? "";
  return `${parts?.[1]}${parts?.[2]}${value.startsWith('"') ? value : JSON.stringify(value)}`;
}

function amountOf(amount: Json): number {
  if (typeof amount === "number") return amount;
  const text = textOf(amount);
  if (text.endsWith("%")) return Number(text.slice(0, -1)) / 100;
  const durationMs = parseDuration(text);
  return durationMs === undefined ? (parseSize(text) ?? Number.NaN) : durationMs / 1000;
}

function templateOf(summary: string): string {
  const values: Readonly<Record<string, string>> = {
    value: "{{ $value | humanize }}",
    percent: "{{ $value | humanizePercentage }}",
    duration: "{{ $value | humanizeDuration }}",
    bytes: "{{ $value | humanize1024 }}",
  };
  return summary.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? `{{ $labels.${name} }}`);
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
