import { describe, expect, it } from "vitest";
import { scraped } from "../../../../test/support/worlds/host-source.ts";

describe("probes/host/collectors: hardware", () => {
  it("reads sensors under the stable name of their device, with their unit", async () => {
    const files = {
      "sys/class/hwmon/hwmon3/name": "coretemp\n",
      "sys/class/hwmon/hwmon3/temp1_input": "55000\n",
      "sys/class/hwmon/hwmon3/temp1_crit": "100000\n",
      "sys/class/hwmon/hwmon3/temp1_crit_alarm": "0\n",
      "sys/class/hwmon/hwmon3/temp1_label": "Package id 0\n",
      "sys/class/hwmon/hwmon3/fan2_input": "1098\n",
      "sys/class/hwmon/hwmon3/fan2_fault": "1\n",
      "sys/class/hwmon/hwmon3/in0_input": "1080\n",
      "sys/class/hwmon/hwmon3/power1_average": "12500000\n",
      "sys/class/hwmon/hwmon3/pwm1": "128\n",
      "sys/class/hwmon/hwmon3/uevent": "",
    };
    const links = { "class/hwmon/hwmon3/device": "/sys/devices/platform/coretemp.0" };

    const lines = await scraped("hwmon", { files, links });

    expect(lines).toHaveLength(10);
    expect(lines).toEqual(
      expect.arrayContaining([
        'node_hwmon_chip_names{chip="platform_coretemp_0",chip_name="coretemp"} 1',
        'node_hwmon_temp_celsius{chip="platform_coretemp_0",sensor="temp1"} 55',
        'node_hwmon_temp_crit_celsius{chip="platform_coretemp_0",sensor="temp1"} 100',
        'node_hwmon_temp_crit_alarm_celsius{chip="platform_coretemp_0",sensor="temp1"} 0',
        'node_hwmon_sensor_label{chip="platform_coretemp_0",label="Package id 0",sensor="temp1"} 1',
        'node_hwmon_fan_rpm{chip="platform_coretemp_0",sensor="fan2"} 1098',
        'node_hwmon_fan_fault{chip="platform_coretemp_0",sensor="fan2"} 1',
        'node_hwmon_in_volts{chip="platform_coretemp_0",sensor="in0"} 1.08',
        'node_hwmon_power_average_watt{chip="platform_coretemp_0",sensor="power1"} 12.5',
        'node_hwmon_pwm{chip="platform_coretemp_0",sensor="pwm1"} 128',
      ]),
    );
  });

  it("reads old drivers' sensors beside the device, each once, and passes over sensors without an answer", async () => {
    const files = {
      "sys/class/hwmon/hwmon0/device/temp1_input": "41000\n",
      "sys/class/hwmon/hwmon0/temp2_input": "",
      "sys/class/hwmon/hwmon0/temp3_input": "nothing\n",
      "sys/class/hwmon/hwmon1/name": "nvme\n",
      "sys/class/hwmon/hwmon1/temp1_input": "30000\n",
      "sys/class/hwmon/hwmon2/name": "nvme\n",
      "sys/class/hwmon/hwmon2/temp1_input": "31000\n",
    };

    expect((await scraped("hwmon", { files })).filter((line) => line.includes("celsius"))).toEqual([
      'node_hwmon_temp_celsius{chip="hwmon0",sensor="temp1"} 41',
      'node_hwmon_temp_celsius{chip="nvme",sensor="temp1"} 30',
    ]);
    expect(await scraped("hwmon", { files: {} })).toEqual(["absent"]);
  });

  it("reads thermal zones and cooling devices, without the zone that gives no temperature", async () => {
    const files = {
      "sys/class/thermal/thermal_zone0/type": "x86_pkg_temp\n",
      "sys/class/thermal/thermal_zone0/temp": "49925\n",
      "sys/class/thermal/thermal_zone1/type": "iwlwifi\n",
      "sys/class/thermal/cooling_device0/type": "Processor\n",
      "sys/class/thermal/cooling_device0/cur_state": "1\n",
      "sys/class/thermal/cooling_device0/max_state": "10\n",
      "sys/class/thermal/cooling_device1/type": "Broken\n",
    };

    expect(await scraped("thermal_zone", { files })).toEqual([
      'node_cooling_device_cur_state{name="0",type="Processor"} 1',
      'node_cooling_device_max_state{name="0",type="Processor"} 10',
      'node_thermal_zone_temp{type="x86_pkg_temp",zone="0"} 49.925',
    ]);
    expect(await scraped("thermal_zone", { files: {} })).toEqual([]);
  });

  const mdstat = (array: string) => ({
    files: { "proc/mdstat": `Personalities : [raid1] [raid6] [raid5] [raid4]\n${array}\nunused devices: <none>\n` },
  });

  it.each([
    [
      "a whole mirror",
      "md0 : active raid1 sdb1[1] sda1[0]\n      523968 blocks super 1.2 [2/2] [UU]\n      bitmap: 0/1 pages [0KB], 65536KB chunk\n",
      ["active", 'disks{device="md0",state="active"} 2', 'disks_required{device="md0"} 2'],
    ],
    [
      "a mirror that lost a disk",
      "md0 : active raid1 sdb1[1](F) sda1[0]\n      523968 blocks super 1.2 [2/1] [U_]\n",
      ["active", 'disks{device="md0",state="active"} 1', 'disks{device="md0",state="failed"} 1'],
    ],
    [
      "an array that is rebuilt on a spare",
      "md0 : active raid5 sdd1[3] sdc1[2] sdb1[1](S) sda1[0]\n      7813735424 blocks super 1.2 level 5, 64k chunk, algorithm 2 [3/2] [U_U]\n      [==>..................]  recovery = 12.6% (37043392/292945152) finish=127.5min speed=33440K/sec\n",
      ["recovering", 'disks{device="md0",state="spare"} 1', 'blocks_synced{device="md0"} 37043392'],
    ],
    [
      "a resync that waits",
      "md0 : active raid1 sdb2[1] sda2[0]\n      293945152 blocks [2/2] [UU]\n      \tresync=DELAYED\n",
      ["resync", 'blocks{device="md0"} 293945152', 'blocks_synced{device="md0"} 0'],
    ],
    [
      "a check",
      "md0 : active raid1 sdb2[1] sda2[0]\n      1000 blocks [2/2] [UU]\n      [>....]  check =  1.0% (10/1000) finish=1min speed=1K/sec\n",
      ["check", 'blocks_synced{device="md0"} 10'],
    ],
    [
      "stripes",
      "md0 : active raid0 sdb1[1] sda1[0]\n      314159265 blocks 64k chunks\n",
      ["active", 'disks{device="md0",state="active"} 2', 'disks_required{device="md0"} 2'],
    ],
    [
      "an array that did not start",
      "md0 : inactive sdb[0](S)\n      3906892456 blocks super 1.2\n",
      ["inactive", 'disks{device="md0",state="active"} 0', 'disks{device="md0",state="spare"} 1'],
    ],
  ])("reads %s", async (_, array, [state, ...values]) => {
    const lines = await scraped("mdadm", mdstat(array));

    expect(lines.filter((line) => /node_md_state.* 1$/.test(line))).toEqual([
      `node_md_state{device="md0",state="${state}"} 1`,
    ]);
    expect(lines).toEqual(expect.arrayContaining(values.map((value) => `node_md_${value}`)));
  });

  it("fails on an array that it does not understand, and has nothing without arrays or without the file", async () => {
    expect(await scraped("mdadm", mdstat("md0 : active raid1 sda1[0]\n      odd\n"))).toEqual(["parse"]);
    expect(await scraped("mdadm", mdstat(""))).toEqual([]);
    expect(await scraped("mdadm", { files: {} })).toEqual(["absent"]);
  });

  it("names disks and what is on them from udev, with empty labels without it", async () => {
    const counts = "1 2 3 4 5 6 7 8 9 10 11";
    const files = {
      "proc/diskstats": `   8 0 sda ${counts}\n   8 1 sda1 ${counts}\n 253 0 dm-0 ${counts}\n`,
      "root/run/udev/data/b8:0":
        "S:disk/by-id/x\nE:ID_MODEL=SSD_870\nE:ID_SERIAL_SHORT=S1\nE:ID_REVISION=2B6Q\nE:ID_WWN=0x5\nE:ID_PATH=pci-0000\nodd\n",
      "root/run/udev/data/b253:0":
        "E:ID_FS_TYPE=ext4\nE:ID_FS_USAGE=filesystem\nE:ID_FS_UUID=u-1\nE:ID_FS_VERSION=1.0\n",
    };

    expect((await scraped("diskstats", { files })).filter((line) => line.includes("info"))).toEqual([
      'node_disk_info{device="sda",major="8",minor="0",model="SSD_870",path="pci-0000",revision="2B6Q",serial="S1",wwn="0x5"} 1',
      'node_disk_info{device="dm-0",major="253",minor="0",model="",path="",revision="",serial="",wwn=""} 1',
      'node_disk_filesystem_info{device="dm-0",type="ext4",usage="filesystem",uuid="u-1",version="1.0"} 1',
    ]);
  });

  it("counts processes and threads by state, whatever a process calls itself", async () => {
    const rest = `1 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0`;
    const files = {
      "proc/1/stat": `1 (systemd) S ${rest} 1 0 31\n`,
      "proc/20/stat": `20 (a) Z 1 b) R ${rest} 7 0 31\n`,
      "proc/21/stat": `21 (gone`,
      "proc/22/status": "",
      "proc/sys/kernel/threads-max": "191000\n",
      "proc/sys/kernel/pid_max": "32768\n",
    };

    expect(await scraped("processes", { files })).toEqual([
      "node_processes_pids 2",
      "node_processes_threads 8",
      'node_processes_state{state="S"} 1',
      'node_processes_state{state="R"} 1',
      "node_processes_max_threads 191000",
      "node_processes_max_processes 32768",
    ]);
    expect(await scraped("processes", { files: {} })).toEqual(["permission"]);
  });

  it("tells once per core and package how often heat slowed them down", async () => {
    const cpu = (thread: number, core: number, count: string) => {
      const at = `sys/devices/system/cpu/cpu${thread}`;
      return {
        [`${at}/topology/physical_package_id`]: "0\n",
        [`${at}/topology/core_id`]: `${core}\n`,
        [`${at}/thermal_throttle/core_throttle_count`]: count,
        [`${at}/thermal_throttle/package_throttle_count`]: "30\n",
      };
    };
    const files = {
      "proc/stat": "cpu0 1 2 3 4 5 6 7 8 9 10\n",
      ...cpu(0, 0, "5\n"),
      ...cpu(1, 0, "5\n"),
      ...cpu(2, 1, "odd\n"),
      "sys/devices/system/cpu/cpu3/topology/core_id": "7\n",
    };

    expect((await scraped("cpu", { files })).filter((line) => line.includes("throttles"))).toEqual([
      'node_cpu_core_throttles_total{core="0",package="0"} 5',
      'node_cpu_package_throttles_total{package="0"} 30',
    ]);
  });

  it("reads the clock of each CPU in hertz and its governor", async () => {
    const at = "sys/devices/system/cpu/cpu1/cpufreq";
    const files = {
      "sys/devices/system/cpu/cpuidle/current_driver": "none\n",
      "sys/devices/system/cpu/cpu0/online": "1\n",
      [`${at}/cpuinfo_max_freq`]: "3700000\n",
      [`${at}/scaling_cur_freq`]: "<unknown>\n",
      [`${at}/scaling_governor`]: "powersave\n",
      [`${at}/scaling_available_governors`]: "performance powersave \n",
    };

    expect(await scraped("cpufreq", { files })).toEqual([
      'node_cpu_frequency_max_hertz{cpu="1"} 3700000000',
      'node_cpu_scaling_governor{cpu="1",governor="performance"} 0',
      'node_cpu_scaling_governor{cpu="1",governor="powersave"} 1',
    ]);
  });

  it("reads maker and model from DMI, without what the daemon may not read", async () => {
    const files = {
      "sys/class/dmi/id/sys_vendor": "Dell Inc.\n",
      "sys/class/dmi/id/product_name": "PowerEdge R6515\n",
    };

    expect(await scraped("dmi", { files })).toEqual([
      'node_dmi_info{product_name="PowerEdge R6515",system_vendor="Dell Inc."} 1',
    ]);
    expect(await scraped("dmi", { files: {} })).toEqual(["absent"]);
  });

  it("reads the distribution with and without quotes, from either place", async () => {
    const text =
      'NAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n# comment\nPRETTY_NAME=\'It\'\'s\'\nVARIANT="a \\"b\\""\n';
    const lines = await scraped("os", { files: { "root/usr/lib/os-release": text } });

    expect(lines[0]).toContain('id="debian"');
    expect(lines[0]).toContain('variant="a "b""');
    expect(lines[1]).toBe('node_os_version{id="debian",id_like="",name="Debian GNU/Linux"} 12');
    expect(await scraped("os", { files: { "root/etc/os-release": "ID=arch\n" } })).toHaveLength(1);
    expect(await scraped("os", { files: {} })).toEqual(["absent"]);
  });

  it("reads SELinux and the clock's source", async () => {
    const selinux = { "sys/fs/selinux/enforce": "1", "root/etc/selinux/config": "# x\nSELINUX=permissive\n" };
    const directory = "sys/devices/system/clocksource/clocksource0";
    const clock = {
      [`${directory}/available_clocksource`]: "tsc kvm-clock \n",
      [`${directory}/current_clocksource`]: "tsc\n",
    };

    expect(await scraped("selinux", { files: selinux })).toEqual([
      "node_selinux_enabled 1",
      "node_selinux_config_mode 0",
      "node_selinux_current_mode 1",
    ]);
    expect(await scraped("selinux", { files: {} })).toEqual(["node_selinux_enabled 0"]);
    expect(await scraped("time", { files: clock })).toEqual([
      "node_time_seconds 1795399200",
      'node_time_clocksource_available_info{clocksource="tsc",device="0"} 1',
      'node_time_clocksource_available_info{clocksource="kvm-clock",device="0"} 1',
      'node_time_clocksource_current_info{clocksource="tsc",device="0"} 1',
    ]);
  });
});
