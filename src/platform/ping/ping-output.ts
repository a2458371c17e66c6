import type { PingReply } from "../../core/ports/pings.ts";

/** What the system's `ping` told. */
export type PingReport = Readonly<{
  /** Requests that it says it sent; undefined when it did not come to count. */
  sent: number | undefined;
  replies: readonly PingReply[];
  complaints: readonly string[];
}>;

const mostLines = 2000;
const mostComplaints = 5;
/** iputils, busybox and BSD: `64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.051 ms`, IPv6 on BSD `hlim=64`. */
const unixReply = /^\d+ bytes from \S+?[:,] (?:icmp_)?seq=\d+ (?:ttl|hlim)=(\d+)(?: time[=<]([\d.]+) ms)?/;
/** Windows in any language: the numbers and `TTL=` are the same, `<1ms` is written for less; IPv6 has no TTL. */
const windowsReply = /[:：]\s.*?[=<](\d+)\s?ms(?:\s+TTL=(\d+))?/i;
const duplicate = /DUP!|duplicate/;
const unixCount = /^(\d+) packets transmitted/;
const windowsCount = /^\s+\S.*= (\d+).*= (\d+).*= (\d+) \(/;
/** `From 10.0.0.1 icmp_seq=1 Destination Host Unreachable`, `From 10.0.0.1: Time to live exceeded`. */
const unixComplaint = /^From (\S+?):? (?:icmp_seq=\d+ )?(.+)$/;

/** Reads what `ping` wrote on Linux (iputils, busybox) and BSD. */
export function readUnixPing(stdout: string): PingReport {
  const replies: PingReply[] = [];
  const complaints: string[] = [];
  let sent: number | undefined;
  for (const line of stdout.split("\n", mostLines)) {
    const reply = duplicate.test(line) ? null : unixReply.exec(line);
    if (reply !== null) replies.push(replyOf(reply[2], reply[1]));
    const complaint = unixComplaint.exec(line);
    if (complaint !== null) complaints.push(`${complaint[1]}: ${complaint[2]}`);
    sent = numberIn(unixCount.exec(line)) ?? sent;
  }
  return { sent, replies, complaints: distinct(complaints) };
}

/** Reads what Windows' `ping` wrote, whatever its language. */
export function readWindowsPing(stdout: string): PingReport {
  const replies: PingReply[] = [];
  let sent: number | undefined;
  for (const line of stdout.split(/\r?\n/, mostLines)) {
    const count = numberIn(windowsCount.exec(line));
    if (count !== undefined) {
      sent = count;
      break;
    }
    const reply = windowsReply.exec(line);
    if (reply !== null) replies.push(replyOf(reply[1], reply[2]));
  }
  return { sent, replies, complaints: [] };
}

function replyOf(rttMs: string | undefined, hopLimit: string | undefined): PingReply {
  return {
    ...(rttMs === undefined ? {} : { rttMs: Number(rttMs) }),
    ...(hopLimit === undefined ? {} : { hopLimit: Number(hopLimit) }),
  };
}

function numberIn(match: RegExpExecArray | null): number | undefined {
  return match === null ? undefined : Number(match[1]);
}

function distinct(complaints: readonly string[]): readonly string[] {
  return [...new Set(complaints)].slice(0, mostComplaints);
}
