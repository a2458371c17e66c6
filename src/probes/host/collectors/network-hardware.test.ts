import { describe, expect, it } from "vitest";
import { recordedSource, scraped } from "../../../../test/support/worlds/host-source.ts";
import { hostOptionsSchema } from "../options.ts";
import { netclass } from "./netclass.ts";

describe("probes/host/collectors: network hardware", () => {
  it("counts the links of a bond that are up, on old kernels too, and counts a silent link as down", async () => {
    const files = {
      "sys/class/net/bonding_masters": "bond0 int\n",
      "sys/class/net/bond0/bonding/slaves": "eth0 eth1 eth2\n",
      "sys/class/net/bond0/lower_eth0/bonding_slave/mii_status": "up\n",
      "sys/class/net/bond0/slave_eth1/bonding_slave/mii_status": "up\n",
      "sys/class/net/int/bonding/slaves": "\n",
    };

    expect(await scraped("bonding", { files })).toEqual([
      'node_bonding_slaves{master="bond0"} 3',
      'node_bonding_active{master="bond0"} 2',
      'node_bonding_slaves{master="int"} 0',
      'node_bonding_active{master="int"} 0',
    ]);
    expect(await scraped("bonding", { files: {} })).toEqual(["absent"]);
  });

  it("reads what a network device keeps for life once, and anew for a later device of its name", async () => {
    const collect = netclass.open(hostOptionsSchema.parse({}));
    const told = async (texts: Readonly<Record<string, string>>) => {
      const files = Object.fromEntries(
        Object.entries(texts).map(([file, text]) => [`sys/class/net/veth0/${file}`, text]),
      );
      const found = await collect(recordedSource({ files }));
      const of = (name: string) =>
        found.ok ? found.samples.find(({ metric }) => metric === `node_network_${name}`)?.value : undefined;
      return [of("up"), of("protocol_type"), of("mtu_bytes")];
    };

    expect(await told({ operstate: "up", ifindex: "7", type: "1", mtu: "1500" })).toEqual([1, 1, 1500]);
    expect(await told({ operstate: "down", ifindex: "7", mtu: "9000" })).toEqual([0, 1, 9000]);
    expect(await told({ operstate: "up", ifindex: "8", type: "772", mtu: "1500" })).toEqual([1, 772, 1500]);
  });

  it("asks for what the kernel refuses to tell of a device when its state changes, and else now and then", async () => {
    const collect = netclass.open(hostOptionsSchema.parse({}));
    let asked = 0;
    const read = async (state: Readonly<Record<string, string>>) => {
      const files = Object.fromEntries(
        Object.entries({ ifindex: "7", ...state }).map(([file, text]) => [`sys/class/net/veth0/${file}`, text]),
      );
      const source = recordedSource({ files });
      const found = await collect({
        ...source,
        ofDevice(device, file) {
          if (file === "speed") asked += 1;
          return source.ofDevice(device, file);
        },
      });
      return found.ok && found.samples.find(({ metric }) => metric === "node_network_speed_bytes")?.value;
    };

    for (let reading = 0; reading < 20; reading += 1) await read({ operstate: "down", flags: "0x1002" });
    expect(asked).toBe(1);
    expect(await read({ operstate: "up", flags: "0x1003", speed: "1000" })).toBe(125_000_000);
    await read({ operstate: "up", flags: "0x1003" });
    expect(asked).toBe(3);
    for (let reading = 0; reading < 20; reading += 1) await read({ operstate: "up", flags: "0x1003" });
    expect(asked).toBe(4);
  });

  it("reads the state of network devices, and leaves out what the kernel refuses to tell", async () => {
    const files = {
      "sys/class/net/bonding_masters": "bond0\n",
      "sys/class/net/eth0/operstate": "up\n",
      "sys/class/net/eth0/address": "02:fc:00:00:00:01\n",
      "sys/class/net/eth0/speed": "1000\n",
      "sys/class/net/eth0/flags": "0x1003\n",
      "sys/class/net/eth0/carrier_up_count": "1\n",
      "sys/class/net/eth0/carrier": "",
      "sys/class/net/veth1/operstate": "down\n",
    };

    expect(await scraped("netclass", { files }, { netclass_devices_exclude: "^veth" })).toEqual([
      'node_network_up{device="eth0"} 1',
      'node_network_info{address="02:fc:00:00:00:01",broadcast="",device="eth0",duplex="",ifalias="",operstate="up"} 1',
      'node_network_carrier_up_changes_total{device="eth0"} 1',
      'node_network_flags{device="eth0"} 4099',
      'node_network_speed_bytes{device="eth0"} 125000000',
    ]);
    expect(await scraped("netclass", { files })).toContain('node_network_up{device="veth1"} 0');
    expect(await scraped("netclass", { files: {} })).toEqual(["absent"]);
  });
});
