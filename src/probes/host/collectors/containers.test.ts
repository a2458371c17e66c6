import { describe, expect, it } from "vitest";
import { recordedSource, scraped } from "../../../../test/support/worlds/host-source.ts";
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

  describe("by port", () => {
    const line = (port: number, state: string, inode: number) =>
      `   0: 00000000:${port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 ${state} 0:0 00:0 0 0 0 ${inode} 1\n`;
    const heading =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
    const tables = {
      "proc/1/net/tcp": `${heading}${line(80, "0A", 700)}${line(5432, "0A", 702)}${line(81, "01", 703)}${line(82, "0A", 704)}`,
      "proc/1/net/tcp6": `${heading}${line(80, "0A", 701)}`,
    };
    const links = {
      "proc/10/fd/0": "socket:[700]",
      "proc/10/fd/1": "socket:[701]",
      "proc/11/fd/5": "socket:[700]",
      "proc/13/fd/0": "/dev/null",
      "proc/13/fd/3": "socket:[703]",
    };
    const files = { ...machine, ...tables, "proc/11/fd/5": "", "proc/13/fd/0": "", "proc/13/fd/3": "" };
    const onPort = (port: number) => ({ watched_processes: { web: { kind: "port", port } } });

    it("counts the processes that hold a socket which listens there, whether they listen on IPv4 or IPv6", async () => {
      const lines = await scraped("watched_processes", { files, links }, onPort(80));

      expect(lines).toEqual(
        expect.arrayContaining([
          'namedprocess_namegroup_num_procs{groupname="web"} 2',
          'namedprocess_namegroup_num_threads{groupname="web"} 6',
          'namedprocess_namegroup_cpu_seconds_total{groupname="web",mode="user"} 1.5',
        ]),
      );
    });

    it("counts none where nobody listens, also when somebody is connected through that port", async () => {
      for (const port of [81, 443]) {
        const lines = await scraped("watched_processes", { files, links }, onPort(port));
        expect(lines[0]).toBe('namedprocess_namegroup_num_procs{groupname="web"} 0');
      }
    });

    it("knows that somebody listens where it may not see who", async () => {
      expect(await scraped("watched_processes", { files, links }, onPort(5432))).toEqual([
        'namedprocess_namegroup_num_procs{groupname="web"} 1',
      ]);
    });

    it("finds who came and went, and looks through few files at a time", async () => {
      const collect = watchedProcesses.open(hostOptionsSchema.parse(onPort(80)));
      const many = Array.from({ length: 3000 }, (_, fd) => `proc/1/fd/${fd}`);
      const busy = {
        ...files,
        "proc/1/stat": stat(1, "busy", 1, 1),
        ...Object.fromEntries(many.map((path) => [path, ""])),
      };
      let looked = 0;
      const read = async (recorded: Readonly<Record<string, string>>) => {
        looked = 0;
        const source = recordedSource({ files: recorded, links });
        const found = await collect({
          ...source,
          procLink(path) {
            looked += 1;
            return Object.hasOwn(recorded, `proc/${path}`) ? source.procLink(path) : undefined;
          },
        });
        return found.ok ? found.samples.find(({ metric }) => metric.endsWith("num_procs"))?.value : undefined;
      };

      expect([await read(busy), looked < 3500]).toEqual([1, true]);
      expect([await read(busy), await read(busy), looked]).toEqual([2, 2, 3]);
      const { "proc/11/fd/5": _, ...gone } = busy;
      expect(await read(gone)).toBe(1);
    });
  });

  it("reads nothing where nothing is watched", async () => {
    expect(await scraped("watched_processes", { files: {} })).toEqual([]);
  });
});
