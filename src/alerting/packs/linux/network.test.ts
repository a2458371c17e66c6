import { describe } from "vitest";
import { holdCases } from "../../../../test/support/worlds/pack-suite.ts";
import { counter, gauge, type PackCases } from "../../../../test/support/worlds/pack-world.ts";
import { linux } from "./linux.ts";
import { networkRules } from "./network.ts";

const nic = { device: "eth0" };

const cases: PackCases = {
  NodeNetworkReceiveErrs: {
    fires: {
      minutes: 75,
      courses: [
        counter("node_network_receive_errs_total", 5, nic),
        counter("node_network_receive_packets_total", 100, nic),
      ],
    },
    as: "warning",
    // Half of the packets, but there are hardly any.
    silent: {
      minutes: 90,
      courses: [
        counter("node_network_receive_errs_total", 1, nic),
        counter("node_network_receive_packets_total", 2, nic),
      ],
    },
  },
  NodeNetworkTransmitErrs: {
    fires: {
      minutes: 75,
      courses: [
        counter("node_network_transmit_errs_total", 5, nic),
        counter("node_network_transmit_packets_total", 100, nic),
      ],
    },
    as: "warning",
    silent: { minutes: 90, courses: [counter("node_network_transmit_packets_total", 100, nic)] },
  },
  NodeNetworkReceiveDrops: {
    fires: {
      minutes: 40,
      courses: [
        counter("node_network_receive_drop_total", 5, nic),
        counter("node_network_receive_packets_total", 100, nic),
      ],
    },
    as: "warning",
    silent: {
      minutes: 60,
      courses: [
        counter("node_network_receive_drop_total", 5, nic),
        counter("node_network_receive_packets_total", 10, nic),
      ],
    },
  },
  NodeHighNumberConntrackEntriesUsed: {
    fires: {
      minutes: 5,
      courses: [gauge("node_nf_conntrack_entries", 95), gauge("node_nf_conntrack_entries_limit", 100)],
    },
    as: "critical",
    silent: {
      minutes: 30,
      courses: [gauge("node_nf_conntrack_entries", 74), gauge("node_nf_conntrack_entries_limit", 100)],
    },
  },
  NodeTCPListenOverflows: {
    fires: { minutes: 20, courses: [counter("node_netstat_TcpExt_ListenOverflows", 3)] },
    as: "warning",
    silent: { minutes: 30, courses: [counter("node_netstat_TcpExt_ListenOverflows", 0.1)] },
  },
  NodeBondingDegraded: {
    fires: {
      minutes: 10,
      courses: [gauge("node_bonding_active", 1, { master: "b0" }), gauge("node_bonding_slaves", 2, { master: "b0" })],
    },
    as: "warning",
    silent: {
      minutes: 30,
      courses: [gauge("node_bonding_active", 2, { master: "b0" }), gauge("node_bonding_slaves", 2, { master: "b0" })],
    },
  },
};

describe("alerting/packs/linux/network", () => holdCases(linux, Object.keys(networkRules), cases));
