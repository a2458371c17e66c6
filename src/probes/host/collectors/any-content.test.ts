import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collect } from "../../../../test/support/worlds/host-source.ts";
import { collectors } from "./index.ts";

/** A line or two of each file that the collectors read, to be mangled. */
const files: Readonly<Record<string, string>> = {
  "proc/sys/fs/file-nr": "1524\t0\t2466177\n",
  "proc/sys/net/netfilter/nf_conntrack_count": "148\n",
  "proc/sys/net/netfilter/nf_conntrack_max": "262144\n",
  "proc/net/stat/nf_conntrack": "found insert drop\n0000000a 00000001 00000002\n",
  "proc/net/netstat": "TcpExt: ListenDrops SyncookiesSent\nTcpExt: 1 2\n",
  "proc/net/snmp": "Tcp: CurrEstab InSegs\nTcp: 12 13\n",
  "proc/net/snmp6": "Ip6InOctets \t2944\n",
  "proc/net/sockstat": "sockets: used 57\nTCP: inuse 9 orphan 0 tw 987 alloc 9 mem 137\n",
  "proc/self/auxv": "\u0006\0\0\0\0\0\0\0\0\u0010\0\0\0\0\0\0",
  "proc/net/softnet_stat": "00496bfd 00000000 00000001 00000000\n",
  "proc/net/arp": "IP address\n192.0.2.1 0x1 0x2 02:fc:00:00:00:05 * eth0\n",
  "proc/net/udp": "sl\n26: 0:0 0:0 07 00000010:00000100 00:0 0 0\n",
  "proc/schedstat": "cpu0 1 0 2 3 4 5 6 7 8\n",
  "proc/mdstat":
    "Personalities : [raid1]\nmd0 : active raid1 sdb1[1](F) sda1[0]\n      523968 blocks [2/1] [U_]\n      recovery = 1% (1/2)\n",
  "proc/diskstats": "   8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n",
  "proc/1/stat": "1 (init) S 1 1 1 0 -1 1 0 0 0 0 0 0 0 0 20 0 1 0 31\n",
  "sys/class/hwmon/hwmon0/name": "coretemp\n",
  "sys/class/hwmon/hwmon0/temp1_input": "55000\n",
  "sys/class/hwmon/hwmon0/temp1_label": "Package id 0\n",
  "sys/class/thermal/thermal_zone0/type": "acpi\n",
  "sys/class/thermal/thermal_zone0/temp": "49925\n",
  "sys/class/net/bonding_masters": "bond0\n",
  "sys/class/net/bond0/bonding/slaves": "eth0\n",
  "sys/class/net/eth0/operstate": "up\n",
  "sys/class/net/eth0/speed": "1000\n",
  "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "performance\n",
  "sys/devices/system/cpu/cpu0/cpufreq/scaling_available_governors": "performance powersave\n",
  "sys/devices/system/cpu/cpu0/topology/physical_package_id": "0\n",
  "sys/devices/system/cpu/cpu0/topology/core_id": "0\n",
  "sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count": "3\n",
  "sys/class/dmi/id/sys_vendor": "Dell Inc.\n",
  "sys/fs/selinux/enforce": "1",
  "root/etc/os-release": 'ID=debian\nVERSION_ID="12"\n',
  "root/run/udev/data/b8:0": "E:ID_MODEL=SSD\n",
  "stored/text/a.prom": 'a{b="c"} 1\n',
};

describe("probes/host/collectors: any content", () => {
  it.each(collectors.map((collector) => collector.name))(
    "%s never throws and gives finite values only",
    async (name) => {
      const paths = Object.keys(files);
      const mangle = fc.tuple(
        fc.constantFrom(...paths),
        fc.nat(80),
        fc.string({ unit: "binary", maxLength: 12 }),
        fc.nat(20),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(mangle, { maxLength: 12 }), async (mangled) => {
          const content: Record<string, string> = { ...files };
          for (const [path, at, text, cut] of mangled) {
            const before = content[path] ?? "";
            content[path] = `${before.slice(0, at)}${text}${before.slice(at + cut)}`;
          }

          const found = await collect(name, { files: content }, { textfile_directory: "/text" });

          expect(found.ok ? found.samples.filter((one) => !Number.isFinite(one.value)) : []).toEqual([]);
        }),
      );
    },
  );
});
