import type { Finding } from "../../core/checks/finding.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import type { Message } from "../../core/dns/message.ts";
import type { DnsRecord } from "../../core/dns/record-text.ts";
import { escapeControls } from "../../core/text/printable.ts";
import type { DnsOptions, SectionExpectation } from "./options.ts";

const rcodeReasons: Readonly<Record<string, Reason>> = { NXDOMAIN: "dns_nxdomain", SERVFAIL: "dns_servfail" };
const shownCharacters = 120;

/** Judges an answer: code first, then flags, then the records section by section. */
export function judgeMessage(options: DnsOptions, message: Message): readonly Finding[] {
  const { expect } = options;
  const { rcode } = message;
  if (!expect.rcodes.some((each) => each === rcode)) {
    const detail = `the server answers ${options.name} ${options.type} with ${rcode}, expected is ${expect.rcodes.join(" or ")}`;
    return [down(rcodeReasons[rcode] ?? "status", detail)];
  }
  return [
    ...judgeFlags(options, message),
    ...judgeCount(options, message),
    ...judgeValues(options, message.answers),
    ...judgeSection("answer", expect.answer, message.answers),
    ...judgeSection("authority", expect.authority, message.authorities),
    ...judgeSection("additional", expect.additional, message.additionals),
  ];
}

function judgeFlags({ expect }: DnsOptions, message: Message): readonly Finding[] {
  const wrong = (what: string, wanted: boolean | undefined, is: boolean): readonly Finding[] =>
    wanted === undefined || wanted === is ? [] : [down("assertion", `the answer is ${is ? "" : "not "}${what}`)];
  return [
    ...wrong("authoritative (AA)", expect.authoritative, message.authoritative),
    ...wrong("authenticated (AD)", expect.authenticated, message.authenticated),
  ];
}

function judgeCount({ name, type, expect }: DnsOptions, { rcode, answers }: Message): readonly Finding[] {
  const least = expect.min_answers ?? (rcode === "NOERROR" ? 1 : 0);
  if (answers.length >= least) return [];
  if (answers.length === 0) return [down("dns_nodata", `the server knows ${name}, but no ${type} record of it`)];
  return [down("assertion", `the answer has ${answers.length} records, expected are at least ${least}`)];
}

/** Compares the data of the asked type as sets; a server may give them in any order. */
function judgeValues({ type, expect }: DnsOptions, answers: readonly DnsRecord[]): readonly Finding[] {
  if (expect.values === undefined) return [];
  const found = dataOf(answers, type);
  const wanted = [...new Set(expect.values.map((value) => value.toLowerCase()))].sort();
  const missing = wanted.filter((value) => !found.includes(value));
  const surplus = found.filter((value) => !wanted.includes(value));
  if (missing.length + surplus.length === 0) return [];
  const parts = [
    missing.length > 0 && `${shown(missing.join(", "))} missing`,
    surplus.length > 0 && `${shown(surplus.join(", "))} unexpected`,
  ];
  return [down("content_mismatch", `the ${type} records differ: ${parts.filter(Boolean).join("; ")}`)];
}

function judgeSection(section: string, expect: SectionExpectation, records: readonly DnsRecord[]): readonly Finding[] {
  const texts = records.map(({ text }) => text);
  for (const pattern of expect.none_match) {
    const hit = texts.find((text) => pattern.test(text));
    if (hit !== undefined)
      return [down("keyword", `the ${section} section holds "${shown(hit)}", which ${pattern.source} forbids`)];
  }
  if (expect.all_match.length > 0) {
    const miss = texts.find((text) => !expect.all_match.every((pattern) => pattern.test(text)));
    if (miss !== undefined)
      return [down("keyword", `the ${section} section holds "${shown(miss)}", which is not as all_match wants it`)];
    if (texts.length === 0) return [down("keyword", `the ${section} section is empty`)];
  }
  const isAnyWanted = expect.any_matches.length > 0;
  if (!isAnyWanted || texts.some((text) => expect.any_matches.some((pattern) => pattern.test(text)))) return [];
  return [
    down(
      "keyword",
      `no record of the ${section} section matches ${expect.any_matches.map(({ source }) => source).join(" or ")}`,
    ),
  ];
}

/** What a server says, for the comparison with another: the answer without TTLs, or the serial. */
export type View = Readonly<{ server: string; message?: Message; finding?: Finding }>;

/** Flaws of servers that do not say the same as the first. */
export function judgeAgreement(options: DnsOptions, first: View, others: readonly View[]): readonly Finding[] {
  const { message } = first;
  if (message === undefined) return [];
  return others.flatMap((other): readonly Finding[] => {
    if (other.message === undefined) return [flaw(`${other.server} does not answer: ${other.finding?.detail ?? ""}`)];
    const difference = differenceOf(options, message, other.message);
    return difference === undefined ? [] : [flaw(`${other.server} ${difference}, unlike ${first.server}`)];
  });
}

function differenceOf({ type, serial_lag: lag }: DnsOptions, first: Message, other: Message): string | undefined {
  if (first.rcode !== other.rcode) return `answers ${other.rcode}`;
  const [own, its] = [serialOf(first), serialOf(other)];
  if (type === "SOA" && own !== undefined && its !== undefined) {
    return Math.abs(serialDistance(own, its)) <= lag ? undefined : `has the serial ${its} (not ${own})`;
  }
  const [wanted, found] = [dataOf(first.answers), dataOf(other.answers)];
  return wanted.join("\n") === found.join("\n")
    ? undefined
    : `answers ${found.length === 0 ? "nothing" : shown(found.join(", "))}`;
}

/** Says that a zone went back in time, as after a restore from an old copy. */
export function judgeSerial(before: number | undefined, now: number | undefined): readonly Finding[] {
  if (before === undefined || now === undefined || serialDistance(before, now) >= 0) return [];
  return [
    { is: "flaw", severity: "warning", reason: "changed", detail: `the serial went back from ${before} to ${now}` },
  ];
}

export function serialOf(message: Message | undefined): number | undefined {
  return message?.answers.findLast((record) => record.serial !== undefined)?.serial;
}

/** How far `to` is ahead of `from` in the arithmetic of serials, which wraps around. @see RFC 1982 */
function serialDistance(from: number, to: number): number {
  const ahead = (to - from + 2 ** 32) % 2 ** 32;
  return ahead < 2 ** 31 ? ahead : ahead - 2 ** 32;
}

function dataOf(records: readonly DnsRecord[], type?: string): readonly string[] {
  const wanted = type === undefined || type === "ANY" ? records : records.filter((record) => record.type === type);
  return [...new Set(wanted.map(({ data }) => data.toLowerCase()))].sort();
}

function shown(text: string): string {
  return escapeControls(text).slice(0, shownCharacters);
}

function down(reason: Reason, detail: string): Finding {
  return { is: "down", reason, phase: "resolve", detail };
}

function flaw(detail: string): Finding {
  return { is: "flaw", severity: "warning", reason: "content_mismatch", detail };
}
