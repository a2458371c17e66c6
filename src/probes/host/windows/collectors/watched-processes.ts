import type { Sample } from "../../../../core/checks/metric.ts";
import { sample } from "../../collector.ts";
import { groupMetrics } from "../../collectors/watched-processes.ts";
import { numberIn, type Row } from "../answer.ts";
import type { WindowsCollector } from "../collector.ts";
import { processName, startedAtSeconds } from "./process.ts";

const { count, cpu, memory, threads, started } = groupMetrics;
const ticks = 1e-7;
/** Time that a group has used, also of processes that have ended; what each process had used, by its number and start. */
type Used = { user: number; system: number; known: ReadonlyMap<string, Readonly<{ user: number; system: number }>> };

/** The processes that the options name, by the name of their program; on Windows nothing else tells them. */
export const watchedProcesses: WindowsCollector = {
  name: "watched_processes",
  metrics: Object.values(groupMetrics),
  queries: ["process"],
  open({ watched_processes: watched }) {
    const used = new Map<string, Used>();
    return (source) => {
      const told = source.told("process");
      if (!told.ok) return { samples: [], failure: told.detail };
      const samples: Sample[] = [];
      const refused: string[] = [];
      for (const [groupname, wanted] of Object.entries(watched)) {
        if (wanted.kind !== "name") {
          refused.push(`${groupname}: on Windows a process is watched by its name`);
          continue;
        }
        const name = wanted.name.replace(/\.exe$/i, "").toLowerCase();
        const rows = told.rows.filter((row) => processName(row)?.toLowerCase() === name);
        const group = used.get(groupname) ?? { user: 0, system: 0, known: new Map() };
        used.set(groupname, group);
        addUse(group, rows);
        samples.push(...samplesOf(groupname, rows, group));
      }
      return { samples, ...(refused.length === 0 ? {} : { failure: refused.join("; ") }) };
    };
  },
};

function addUse(group: Used, rows: readonly Row[]): void {
  const known = new Map<string, Readonly<{ user: number; system: number }>>();
  for (const row of rows) {
    const key = `${numberIn(row, "IDProcess")} ${numberIn(row, "ElapsedTime")}`;
    const now = { user: seconds(row, "PercentUserTime"), system: seconds(row, "PercentPrivilegedTime") };
    const before = group.known.get(key);
    group.user += Math.max(0, now.user - (before?.user ?? 0));
    group.system += Math.max(0, now.system - (before?.system ?? 0));
    known.set(key, now);
  }
  group.known = known;
}

function samplesOf(groupname: string, rows: readonly Row[], group: Used): readonly Sample[] {
  const total = (column: string): number => rows.reduce((sum, row) => sum + (numberIn(row, column) ?? 0), 0);
  const always = [
    sample(count.name, rows.length, { groupname }),
    sample(cpu.name, group.user, { groupname, mode: "user" }),
    sample(cpu.name, group.system, { groupname, mode: "system" }),
  ];
  if (rows.length === 0) return always;
  const starts = rows.flatMap((row) => startedAtSeconds(row) ?? []);
  return [
    ...always,
    sample(threads.name, total("ThreadCount"), { groupname }),
    sample(memory.name, total("VirtualBytes"), { groupname, memtype: "virtual" }),
    sample(memory.name, total("WorkingSet"), { groupname, memtype: "resident" }),
    ...(starts.length === 0 ? [] : [sample(started.name, Math.min(...starts), { groupname })]),
  ];
}

function seconds(row: Row, column: string): number {
  return (numberIn(row, column) ?? 0) * ticks;
}
