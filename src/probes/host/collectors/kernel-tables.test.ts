import { describe, expect, it } from "vitest";
import { scraped } from "../../../../test/support/worlds/host-source.ts";

describe("probes/host/collectors: tables of the kernel", () => {
  it("reads open files, and fails on an odd file", async () => {
    const files = (text: string) => ({ files: { "proc/sys/fs/file-nr": text } });

    expect(await scraped("filefd", files("1524\t0\t2466177\n"))).toEqual([
      "node_filefd_allocated 1524",
      "node_filefd_maximum 2466177",
    ]);
    expect(await scraped("filefd", files("1524\n"))).toEqual(["parse"]);
    expect(await scraped("filefd", { files: {} })).toEqual(["permission"]);
  });

  it("sums the tracked connections of all CPUs by the columns' names, and has none without the module", async () => {
    const files = {
      "proc/sys/net/netfilter/nf_conntrack_count": "148\n",
      "proc/sys/net/netfilter/nf_conntrack_max": "262144\n",
      "proc/net/stat/nf_conntrack":
        "entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart\n" +
        "00000094  00000000 0000000a 00000000 00000003 0000588a 00000000 00000000 00000000 00000000 00000001 00000000 00000000  00000000 00000000 00000000 00000004\n" +
        "00000094  00000000 00000010 00000000 00000002 00000001 00000000 00000000 00000000 00000000 0000000f 00000000 00000000  00000000 00000000 00000000 00000000\n",
    };

    expect(await scraped("conntrack", { files })).toEqual(
      expect.arrayContaining([
        "node_nf_conntrack_entries 148",
        "node_nf_conntrack_entries_limit 262144",
        "node_nf_conntrack_stat_found 26",
        "node_nf_conntrack_stat_invalid 5",
        "node_nf_conntrack_stat_drop 16",
        "node_nf_conntrack_stat_search_restart 4",
      ]),
    );
    expect(
      await scraped("conntrack", { files: { ...files, "proc/net/stat/nf_conntrack": "odd\n\u0001 x\n" } }),
    ).toEqual(["node_nf_conntrack_entries 148", "node_nf_conntrack_entries_limit 262144"]);
    expect(await scraped("conntrack", { files: {} })).toEqual(["absent"]);
  });

  const netstat =
    "TcpExt: SyncookiesSent SyncookiesRecv ListenOverflows ListenDrops PruneCalled\nTcpExt: 1 2 35 37 9\nIpExt: InNoRoutes InOctets OutOctets\nIpExt: 0 8786569874 3292174876\n";
  const snmp =
    "Ip: Forwarding DefaultTTL\nIp: 1 64\nTcp: RtoAlgorithm MaxConn CurrEstab RetransSegs\nTcp: 1 -1 12 345\nUdp: InDatagrams NoPorts\nUdp: 7 8\n";

  it("reads the counters of protocols that node_exporter keeps by default", async () => {
    const files = {
      "proc/net/netstat": netstat,
      "proc/net/snmp": snmp,
      "proc/net/snmp6": "Ip6InOctets                     \t2944\nIp6InReceives 5\nUdpLite6InErrors\t1\n",
    };

    expect(await scraped("netstat", { files })).toEqual([
      "node_netstat_TcpExt_SyncookiesSent 1",
      "node_netstat_TcpExt_SyncookiesRecv 2",
      "node_netstat_TcpExt_ListenOverflows 35",
      "node_netstat_TcpExt_ListenDrops 37",
      "node_netstat_IpExt_InOctets 8786569874",
      "node_netstat_IpExt_OutOctets 3292174876",
      "node_netstat_Ip_Forwarding 1",
      "node_netstat_Tcp_CurrEstab 12",
      "node_netstat_Tcp_RetransSegs 345",
      "node_netstat_Udp_InDatagrams 7",
      "node_netstat_Udp_NoPorts 8",
      "node_netstat_Ip6_InOctets 2944",
      "node_netstat_UdpLite6_InErrors 1",
    ]);
  });

  it("leaves out values that are cut off, and fails on values that are no numbers", async () => {
    const withSnmp = (text: string) => ({ files: { "proc/net/netstat": netstat, "proc/net/snmp": text } });

    expect(await scraped("netstat", withSnmp("Tcp: CurrEstab RetransSegs\nTcp: 12"))).toContain(
      "node_netstat_Tcp_CurrEstab 12",
    );
    expect(await scraped("netstat", withSnmp("Tcp: CurrEstab\nTcp: twelve\n"))).toEqual(["parse"]);
    expect(await scraped("netstat", { files: { "proc/net/netstat": "", "proc/net/snmp": "" } })).toEqual(["parse"]);
    expect(await scraped("netstat", { files: { "proc/net/netstat": netstat } })).toEqual(["permission"]);
  });

  it("reads sockets by state, their memory in bytes of the machine's own page size", async () => {
    const sockstat =
      "sockets: used 57\nTCP: inuse 9 orphan 1 tw 987 alloc 10 mem 137\nUDP: inuse 1 mem 2\nFRAG: inuse 0 memory 4\nNEW: inuse 3\n";
    const auxv = "\u0010\0\0\0\0\0\0\0\ufffd\ufffd\u0006\0\0\0\0\0\0\0\0\0\u0001\0\0\0\0\0\u0011";

    expect(
      await scraped("sockstat", { files: { "proc/net/sockstat": sockstat, "proc/net/sockstat6": "TCP6: inuse 4\n" } }),
    ).toEqual([
      "node_sockstat_sockets_used 57",
      "node_sockstat_TCP_inuse 9",
      "node_sockstat_TCP_orphan 1",
      "node_sockstat_TCP_tw 987",
      "node_sockstat_TCP_alloc 10",
      "node_sockstat_TCP_mem 137",
      `node_sockstat_TCP_mem_bytes ${137 * 4096}`,
      "node_sockstat_UDP_inuse 1",
      "node_sockstat_UDP_mem 2",
      "node_sockstat_UDP_mem_bytes 8192",
      "node_sockstat_FRAG_inuse 0",
      "node_sockstat_FRAG_memory 4",
      "node_sockstat_TCP6_inuse 4",
    ]);
    expect(
      await scraped("sockstat", { files: { "proc/net/sockstat": "UDP: mem 2\n", "proc/self/auxv": auxv } }),
    ).toContain("node_sockstat_UDP_mem_bytes 131072");
    expect(await scraped("sockstat", { files: {} })).toEqual(["permission"]);
  });

  it("reads entropy, hung tasks and a pending restart", async () => {
    const random = { "proc/sys/kernel/random/entropy_avail": "256\n", "proc/sys/kernel/random/poolsize": "256\n" };

    expect(await scraped("entropy", { files: random })).toEqual([
      "node_entropy_available_bits 256",
      "node_entropy_pool_size_bits 256",
    ]);
    expect(await scraped("entropy", { files: { ...random, "proc/sys/kernel/random/poolsize": "?" } })).toEqual([
      "permission",
    ]);
    expect(await scraped("kernel_hung", { files: { "proc/sys/kernel/hung_task_detect_count": "2\n" } })).toEqual([
      "node_kernel_hung_tasks 2",
    ]);
    expect(await scraped("kernel_hung", { files: {} })).toEqual(["absent"]);
    expect(await scraped("reboot", { files: { "root/etc/debian_version": "12.5\n" } })).toEqual([
      "node_reboot_required 0",
    ]);
    expect(await scraped("reboot", { files: {} })).toEqual(["absent"]);
    expect(await scraped("reboot", { files: { "root/run/reboot-required": "" } })).toEqual(["node_reboot_required 1"]);
    expect(await scraped("reboot", { files: { "root/var/run/reboot-required": "*** restart ***\n" } })).toEqual([
      "node_reboot_required 1",
    ]);
  });

  it("reads what each CPU did with packets, on old kernels without the number of the CPU", async () => {
    const files = (text: string) => ({ files: { "proc/net/softnet_stat": text } });
    const row =
      "00496bfd 00000002 00000001 00000000 00000000 00000000 00000000 00000000 00000000 0000000a 00000000 00000003 00000004 00000000 00000000\n";

    expect(await scraped("softnet", files(row))).toEqual([
      'node_softnet_processed_total{cpu="4"} 4811773',
      'node_softnet_dropped_total{cpu="4"} 2',
      'node_softnet_times_squeezed_total{cpu="4"} 1',
      'node_softnet_cpu_collision_total{cpu="4"} 0',
      'node_softnet_received_rps_total{cpu="4"} 10',
      'node_softnet_flow_limit_count_total{cpu="4"} 0',
      'node_softnet_backlog_len{cpu="4"} 3',
    ]);
    expect(await scraped("softnet", files("00000001 00000000 00000000\n00000002 00000000 00000000\n"))).toContain(
      'node_softnet_processed_total{cpu="1"} 2',
    );
    expect(await scraped("softnet", files("zz yy xx\n"))).toEqual(["parse"]);
    expect(await scraped("softnet", files(""))).toEqual(["parse"]);
  });

  it("counts neighbours by device and sums UDP queues", async () => {
    const arp =
      "IP address       HW type     Flags       HW address            Mask     Device\n192.0.2.1        0x1         0x2         02:fc:00:00:00:05     *        eth0\n192.0.2.2        0x1         0x2         02:fc:00:00:00:06     *        eth0\nodd line\n";
    const udp =
      "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n  26: 00000000:0044 00000000:0000 07 00000010:00000100 00:00000000 00000000 0 0 1 2 0 0\n  27: 00000000:0045 00000000:0000 07 00000001:00000002 00:00000000 00000000 0 0 1 2 0 0\n  odd\n";

    expect(await scraped("arp", { files: { "proc/net/arp": arp } })).toEqual(['node_arp_entries{device="eth0"} 2']);
    expect(await scraped("arp", { files: { "proc/net/arp": arp, "proc/1/net/arp": "of the host\n" } })).toEqual([]);
    expect(await scraped("arp", { files: {} })).toEqual(["permission"]);
    expect(await scraped("udp_queues", { files: { "proc/net/udp": udp } })).toEqual([
      'node_udp_queues{ip="v4",queue="tx"} 17',
      'node_udp_queues{ip="v4",queue="rx"} 258',
    ]);
    expect(await scraped("udp_queues", { files: {} })).toEqual(["permission"]);
  });

  it("reads the scheduler's time of each CPU", async () => {
    const text =
      "version 15\ntimestamp 15819019232\ncpu0 498494191 0 3533438552 2553969831 3853684107 2465731542 2045936778163039 343796328169361 4767485306\ndomain0 00000003 212499247\n";

    expect(await scraped("schedstat", { files: { "proc/schedstat": text } })).toEqual([
      'node_schedstat_running_seconds_total{cpu="0"} 2045936.778163039',
      'node_schedstat_waiting_seconds_total{cpu="0"} 343796.328169361',
      'node_schedstat_timeslices_total{cpu="0"} 4767485306',
    ]);
    expect(await scraped("schedstat", { files: {} })).toEqual(["absent"]);
  });
});
