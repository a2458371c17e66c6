import { describe, expect, it } from "vitest";
import { recordedSource, scraped } from "../../../../test/support/host-source.ts";
import { hostOptionsSchema } from "../options.ts";
import { watchedProcesses } from "./watched-processes.ts";

describe("probes/host/collectors/cgroup", () => {
  it("tells use and limits of a container of the unified hierarchy", async () => {
    const files = {
      "sys/fs/cgroup/memory.max": "536870912\n",
      "sys/fs/cgroup/memory.current": "400000000\n",
      "sys/fs/cgroup/memory.stat": "anon 1\ninactive_file 100000000\n",
      "sys/fs/cgroup/memory.events": "low 0\noom 3\noom_kill 2\n",
      "sys/fs/cgroup/cpu.max": "50000 100000\n",
      "sys/fs/cgroup/cpu.stat": "usage_usec 2500000\nnr_periods 100\nnr_throttled 40\nthrottled_usec 1500000\n",
    };

    expect(await scraped("cgroup", { files })).toEqual([
      'container_cpu_usage_seconds_total{id="/"} 2.5',
      'container_spec_cpu_quota{id="/"} 50000',
      'container_spec_cpu_period{id="/"} 100000',
      'container_cpu_cfs_periods_total{id="/"} 100',
      'container_cpu_cfs_throttled_periods_total{id="/"} 40',
      'container_cpu_cfs_throttled_seconds_total{id="/"} 1.5',
      'container_memory_usage_bytes{id="/"} 400000000',
      'container_memory_working_set_bytes{id="/"} 300000000',
      'container_spec_memory_limit_bytes{id="/"} 536870912',
      'container_oom_events_total{id="/"} 2',
    ]);
  });

  it("shows no limit where there is none", async () => {
    const files = { "sys/fs/cgroup/memory.max": "max\n", "sys/fs/cgroup/cpu.max": "max 100000\n" };

    expect(await scraped("cgroup", { files })).toEqual(['container_spec_cpu_period{id="/"} 100000']);
  });

  it("tells the same of a container of the old hierarchies", async () => {
    const files = {
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "1073741824\n",
      "sys/fs/cgroup/memory/memory.usage_in_bytes": "5000\n",
      "sys/fs/cgroup/memory/memory.stat": "total_inactive_file 1000\n",
      "sys/fs/cgroup/memory/memory.oom_control": "oom_kill_disable 0\noom_kill 1\n",
      "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
      "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      "sys/fs/cgroup/cpu/cpu.stat": "nr_periods 5\nnr_throttled 1\nthrottled_time 2000000000\n",
      "sys/fs/cgroup/cpuacct/cpuacct.usage": "3000000000\n",
    };

    const lines = await scraped("cgroup", { files });

    expect(lines).toContain('container_cpu_usage_seconds_total{id="/"} 3');
    expect(lines).toContain('container_cpu_cfs_throttled_seconds_total{id="/"} 2');
    expect(lines).toContain('container_memory_working_set_bytes{id="/"} 4000');
    expect(lines.join()).not.toContain("quota");
  });

  it("is absent on a machine: the root of all groups has no limits", async () => {
    const files = {
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
    };

    expect(await scraped("cgroup", { files })).toEqual(["absent"]);
    expect(await scraped("cgroup", { files: { "sys/fs/cgroup/cpu.stat": "usage_usec 1\n" } })).toEqual(["absent"]);
  });
});

describe("probes/host/collectors/watched-processes", () => {
  const stat = (id: number, name: string, user: number, start: number) =>
    `${id} (${name}) S 1 1 1 0 -1 4194560 1 0 0 0 ${user} 20 0 0 20 0 3 0 ${start} 1048576 100\n`;
  const machine = {
    "proc/stat": "cpu 1\nbtime 1000\n",
    "proc/10/stat": stat(10, "nginx", 100, 500),
    "proc/10/status": "VmRSS:\t  2048 kB\n",
    "proc/10/fd/0": "",
    "proc/10/fd/1": "",
    "proc/11/stat": stat(11, "nginx", 50, 700),
    "proc/12/stat": stat(12, "nginx", 1, 900).replace(" S ", " Z "),
    "proc/13/stat": stat(13, "a) b (c", 1, 900),
    "root/run/db.pid": "13\n",
    "sys/fs/cgroup/system.slice/web.service/cgroup.procs": "10\n11\n99\n",
  };
  const watched = {
    nginx: { kind: "name", name: "nginx" },
    db: { kind: "pid_file", path: "/run/db.pid" },
    web: { kind: "unit", unit: "web.service" },
    gone: { kind: "name", name: "gone" },
  };

  it("counts processes by name, pid file and unit, without those that are only waited for", async () => {
    const lines = await scraped("watched_processes", { files: machine }, { watched_processes: watched });

    expect(lines.filter((line) => line.includes("num_procs"))).toEqual([
      'namedprocess_namegroup_num_procs{groupname="nginx"} 2',
      'namedprocess_namegroup_num_procs{groupname="db"} 1',
      'namedprocess_namegroup_num_procs{groupname="web"} 2',
      'namedprocess_namegroup_num_procs{groupname="gone"} 0',
    ]);
    expect(lines.filter((line) => line.includes('"nginx"'))).toEqual(
      expect.arrayContaining([
        'namedprocess_namegroup_cpu_seconds_total{groupname="nginx",mode="user"} 1.5',
        'namedprocess_namegroup_num_threads{groupname="nginx"} 6',
        `namedprocess_namegroup_memory_bytes{groupname="nginx",memtype="resident"} ${2 ** 21}`,
        'namedprocess_namegroup_oldest_start_time_seconds{groupname="nginx"} 1005',
      ]),
    );
    // Nobody may look at the files of process 11.
    expect(lines.join()).not.toContain('open_filedesc{groupname="nginx"}');
  });

  it("lets the time of a group grow over the end of one of its processes", async () => {
    const options = hostOptionsSchema.parse({ watched_processes: { nginx: watched.nginx } });
    const collect = watchedProcesses.open(options);
    const userSeconds = async (files: Record<string, string>) => {
      const found = await collect(recordedSource({ files }));
      return found.ok ? found.samples.find(({ labels }) => labels["mode"] === "user")?.value : undefined;
    };

    expect(await userSeconds(machine)).toBe(1.5);
    const restarted = { "proc/11/stat": stat(11, "nginx", 80, 700), "proc/20/stat": stat(20, "nginx", 5, 990) };
    expect(await userSeconds(restarted)).toBeCloseTo(1.85);
  });

  it("reads nothing where nothing is watched", async () => {
    expect(await scraped("watched_processes", { files: {} })).toEqual([]);
  });
});
