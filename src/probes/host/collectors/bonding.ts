import type { Sample } from "../../../core/checks/metric.ts";
import { absent, type Collector, collected, gauge, type HostSource, sample } from "../collector.ts";

const kept = { labels: ["master"], history: true };
const slaves = gauge("node_bonding_slaves", "Number of configured slaves per bonding interface.", kept);
const active = gauge("node_bonding_active", "Number of active slaves per bonding interface.", kept);
const directory = "class/net";

/** Links of each bond and how many of them are up; a link whose state cannot be read counts as down. */
export const bonding: Collector = {
  name: "bonding",
  metrics: [slaves, active],
  open: () => (source) => {
    const masters = source.sys(`${directory}/bonding_masters`);
    if (masters === undefined) return absent("bonds");
    return collected(wordsOf(masters).flatMap((master) => samplesOf(master, source)));
  },
};

function samplesOf(master: string, source: HostSource): readonly Sample[] {
  const text = source.sys(`${directory}/${master}/bonding/slaves`);
  if (text === undefined) return [];
  const links = wordsOf(text);
  const up = links.filter((link) => stateOf(link, master, source) === "up");
  return [sample(slaves.name, links.length, { master }), sample(active.name, up.length, { master })];
}

/** Kernels before 3.17 name the directory of a link with another prefix. */
function stateOf(link: string, master: string, source: HostSource): string | undefined {
  const state = (prefix: string): string | undefined =>
    source.sys(`${directory}/${master}/${prefix}_${link}/bonding_slave/mii_status`);
  return (state("lower") ?? state("slave"))?.trim();
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
