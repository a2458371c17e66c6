import type { Sample } from "../../../core/checks/metric.ts";
import { absent, type Collector, collected, gauge, sample } from "../collector.ts";

const labels = [
  "build_id",
  "id",
  "id_like",
  "image_id",
  "image_version",
  "name",
  "pretty_name",
  "variant",
  "variant_id",
  "version",
  "version_codename",
  "version_id",
];
const info = gauge("node_os_info", `A metric with a constant '1' value labeled by ${labels.join(", ")}.`, { labels });
const versionNumber = gauge("node_os_version", "Metric containing the major.minor part of the OS version.", {
  labels: ["id", "id_like", "name"],
});
const mostCharacters = 256;

/** Name and version of the distribution. @see os-release(5) */
export const os: Collector = {
  name: "os",
  metrics: [info, versionNumber],
  open() {
    let known: Readonly<{ text: string; samples: readonly Sample[] }> | undefined;
    return (source) => {
      const text = source.root("etc/os-release") ?? source.root("usr/lib/os-release");
      if (text === undefined) return absent("os-release");
      if (text !== known?.text) known = { text, samples: samplesOf(text) };
      return collected(known.samples);
    };
  },
};

function samplesOf(text: string): readonly Sample[] {
  const fields = fieldsOf(text);
  const pick = (names: readonly string[]): Readonly<Record<string, string>> =>
    Object.fromEntries(names.map((name) => [name, fields.get(name) ?? ""]));
  const samples = [sample(info.name, 1, pick(labels))];
  const number = /^\d+(?:\.\d+)?/.exec(fields.get("version_id") ?? "")?.[0];
  if (number !== undefined) samples.push(sample(versionNumber.name, Number(number), pick(versionNumber.labels)));
  return samples;
}

/** Assignments as in a shell: values may stand in quotes, and a backslash in double quotes escapes. */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const [, name = "", raw = ""] of text.matchAll(/^([A-Z0-9_]+)=(.*)$/gm)) {
    fields.set(name.toLowerCase(), unquoted(raw.trim()).slice(0, mostCharacters));
  }
  return fields;
}

function unquoted(text: string): string {
  if (/^'.*'$/.test(text)) return text.slice(1, -1);
  return /^".*"$/.test(text) ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text;
}
