import { describe, expect, it } from "vitest";
import { readUnixPing, readWindowsPing } from "./ping-output.ts";
import { pingArguments } from "./system-pings.ts";

const iputils = `PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.
64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.051 ms
64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.060 ms (DUP!)
64 bytes from 127.0.0.1: icmp_seq=2 ttl=63 time=12.4 ms

--- 127.0.0.1 ping statistics ---
3 packets transmitted, 2 received, +1 duplicates, 33.3333% packet loss, time 207ms
rtt min/avg/max/mdev = 0.024/0.037/0.051/0.013 ms
`;
const unreachable = `PING 10.9.9.9 (10.9.9.9) 56(84) bytes of data.
From 10.9.9.1 icmp_seq=1 Destination Host Unreachable
From 10.9.9.1 icmp_seq=2 Destination Host Unreachable

--- 10.9.9.9 ping statistics ---
2 packets transmitted, 0 received, +2 errors, 100% packet loss, time 1012ms
`;
const busybox = `PING 127.0.0.1 (127.0.0.1): 56 data bytes
64 bytes from 127.0.0.1: seq=0 ttl=64 time=0.081 ms

--- 127.0.0.1 ping statistics ---
1 packets transmitted, 1 packets received, 0% packet loss
round-trip min/avg/max = 0.081/0.081/0.081 ms
`;
// Lines as Windows' documentation and users show them; taken from no machine here.
const windows = `
Pinging 127.0.0.1 with 32 bytes of data:
Reply from 127.0.0.1: bytes=32 time<1ms TTL=128
Reply from 127.0.0.1: bytes=32 time=14ms TTL=128
Request timed out.

Ping statistics for 127.0.0.1:
    Packets: Sent = 3, Received = 2, Lost = 1 (33% loss),
Approximate round trip times in milli-seconds:
    Minimum = 0ms, Maximum = 14ms, Average = 7ms
`.replaceAll("\n", "\r\n");
const windowsChinese = `
正在 Ping 127.0.0.1 具有 32 字节的数据:
来自 127.0.0.1 的回复: 字节=32 时间<1ms TTL=128
来自 127.0.0.1 的回复: 字节=32 时间=3ms TTL=128

127.0.0.1 的 Ping 统计信息:
    数据包: 已发送 = 2，已接收 = 2，丢失 = 0 (0% 丢失)，
往返行程的估计时间(以毫秒为单位):
    最短 = 0ms，最长 = 3ms，平均 = 1ms
`;

describe("platform/ping", () => {
  it("reads iputils, and counts a doubled reply once", () => {
    expect(readUnixPing(iputils)).toEqual({
      sent: 3,
      replies: [
        { rttMs: 0.051, hopLimit: 64 },
        { rttMs: 12.4, hopLimit: 63 },
      ],
      complaints: [],
    });
  });

  it("keeps what routers say, once", () => {
    expect(readUnixPing(unreachable)).toEqual({
      sent: 2,
      replies: [],
      complaints: ["10.9.9.1: Destination Host Unreachable"],
    });
  });

  it("reads busybox, replies without a time, and nothing at all", () => {
    expect(readUnixPing(busybox)).toEqual({ sent: 1, replies: [{ rttMs: 0.081, hopLimit: 64 }], complaints: [] });
    expect(readUnixPing("16 bytes from ::1: icmp_seq=1 ttl=64\n").replies).toEqual([{ hopLimit: 64 }]);
    expect(readUnixPing("")).toEqual({ sent: undefined, replies: [], complaints: [] });
  });

  it("reads Windows in two languages", () => {
    expect(readWindowsPing(windows)).toEqual({
      sent: 3,
      replies: [
        { rttMs: 1, hopLimit: 128 },
        { rttMs: 14, hopLimit: 128 },
      ],
      complaints: [],
    });
    expect(readWindowsPing(windowsChinese)).toMatchObject({
      sent: 2,
      replies: [
        { rttMs: 1, hopLimit: 128 },
        { rttMs: 3, hopLimit: 128 },
      ],
    });
  });

  it("writes the arguments that each system's ping takes", () => {
    const request = {
      to: { address: "127.0.0.1", family: 4 as const },
      packets: 2,
      spacingMs: 200,
      replyWithinMs: 1500,
      payloadBytes: 56,
      hopLimit: 5,
      dontFragment: true,
      limitMs: 5000,
    };

    expect(pingArguments(request, "linux").join(" ")).toBe("-n -c 2 -W 2 -s 56 -i 0.2 -4 -t 5 -M do 127.0.0.1");
    expect(pingArguments(request, "bsd").join(" ")).toBe("-n -c 2 -W 1500 -s 56 -i 0.2 -m 5 -D 127.0.0.1");
    expect(pingArguments(request, "windows").join(" ")).toBe("-n 2 -w 1500 -l 56 -4 -i 5 -f 127.0.0.1");
  });
});
