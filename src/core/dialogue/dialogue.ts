import type { Finding } from "../checks/finding.ts";
import { WireReader } from "../net/wire-reader.ts";
import type { Wire } from "../ports/wires.ts";
import { escapeControls } from "../text/printable.ts";
import type { DialogueOptions, Step } from "./dialogue-schema.ts";

/** Cap of all that is read in one run, and of what is kept to be shown. */
const limitBytes = 1024 ** 2;
const mostLines = 60;
const shownCharacters = 200;
const labelCharacters = 128;

const lineEnds = { crlf: "\r\n", lf: "\n", none: "" } as const;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const noGroups: ReadonlyMap<string, string> = new Map();

/** What the probe does when a step asks for TLS. */
type BeginTls = () => Promise<Finding | undefined>;

/** What a dialogue is held over; it tells what it waits for. */
export type Line = Readonly<{ wire: Wire; beginTls: BeginTls; waits(what: string): void }>;

/** Holds the conversation of a check with one other end. */
export class Dialogue {
  /** What was said, oldest first: `<` came, `>` was sent; never a secret. */
  readonly lines: string[] = [];
  readonly labels: Record<string, string> = {};
  failedDueToRegex = false;
  failedDueToBytes = false;
  readonly #options: DialogueOptions;
  readonly #line: Line;
  #reader: WireReader;

  constructor(options: DialogueOptions, line: Line) {
    this.#options = options;
    this.#line = line;
    this.#reader = new WireReader(line.wire, { limitBytes });
  }

  /** Goes through the steps; the finding says at which one it ended and why. */
  async hold(): Promise<Finding | undefined> {
    for (const [index, step] of this.#options.dialogue.entries()) {
      this.#line.waits(`step ${index + 1}${wantedBy(step)}`);
      const finding = await this.#take(step);
      if (finding !== undefined) return { ...finding, detail: `step ${index + 1}: ${finding.detail}` };
    }
    return undefined;
  }

  async #take(step: Step): Promise<Finding | undefined> {
    const groups = await this.#expect(step);
    if ("is" in groups) return groups;
    const failure = (await this.#expectBytes(step)) ?? (await this.#send(step, groups));
    if (failure !== undefined || !step.starttls) return failure;
    if (this.#reader.hasMore) return early;
    const refused = await this.#line.beginTls();
    this.#reader = new WireReader(this.#line.wire, { limitBytes });
    return refused;
  }

  async #expect({ expect, labels }: Step): Promise<ReadonlyMap<string, string> | Finding> {
    if (expect === undefined) return noGroups;
    let last: string | undefined;
    while (true) {
      const line = await this.#reader.line();
      if ("finding" in line) return line.finding;
      if ("end" in line) {
        this.failedDueToRegex = true;
        const heard = last === undefined ? "nothing came" : `the last line was "${shown(last)}"`;
        return down(`the other end closed before a line matched ${expect.source}; ${heard}`);
      }
      last = line.got;
      this.#note("<", last);
      const groups = expect.groups(last);
      if (groups === undefined) continue;
      for (const [name, value] of Object.entries(labels ?? {})) {
        this.labels[name] = escapeControls(expand(value, groups)).slice(0, labelCharacters);
      }
      return groups;
    }
  }

  async #expectBytes({ expect_bytes: text, expect_hex: hex }: Step): Promise<Finding | undefined> {
    const wanted = text === undefined ? hex : encoder.encode(text);
    if (wanted === undefined) return undefined;
    const read = await this.#reader.bytes(wanted.length);
    if ("finding" in read) return read.finding;
    if ("end" in read) {
      this.failedDueToBytes = true;
      return down(`the other end closed before ${wanted.length} bytes had come`);
    }
    this.#note("<", decoder.decode(read.got));
    if (read.got.every((byte, index) => byte === wanted[index])) return undefined;
    this.failedDueToBytes = true;
    return down(`${quoted(read.got)} came in place of ${quoted(wanted)}`);
  }

  async #send(step: Step, groups: ReadonlyMap<string, string>): Promise<Finding | undefined> {
    const { send, send_secret: secret, send_hex: hex } = step;
    const end = lineEnds[this.#options.line_end];
    if (send !== undefined) {
      // Without a match there are no groups to name: a password keeps its dollar signs.
      const line = step.expect === undefined ? send : expand(send, groups);
      this.#note(">", line);
      return this.#line.wire.send(encoder.encode(line + end));
    }
    if (secret !== undefined) {
      this.#note(">", String(secret));
      return this.#line.wire.send(encoder.encode(secret.reveal() + end));
    }
    if (hex === undefined) return undefined;
    this.#note(">", `${hex.length} bytes`);
    return this.#line.wire.send(hex);
  }

  #note(direction: "<" | ">", text: string): void {
    if (this.lines.length < mostLines) this.lines.push(`${direction} ${shown(text)}`);
  }
}

function wantedBy({ expect, expect_bytes: text, expect_hex: hex }: Step): string {
  if (expect !== undefined) return `, waiting for a line that matches ${shown(expect.source)}`;
  const wanted = text === undefined ? hex : encoder.encode(text);
  return wanted === undefined ? "" : `, waiting for ${wanted.length} bytes`;
}

/** Puts groups in for `$1`, `$name` and `${name}`; `$$` is a dollar sign, and what names no group is empty, as in RE2. */
function expand(template: string, groups: ReadonlyMap<string, string>): string {
  return template.replaceAll(/\$(?:(\$)|(\w+)|\{(\w+)\})/g, (_, dollar: string, bare: string, braced: string) =>
    dollar === undefined ? (groups.get(bare ?? braced) ?? "") : "$",
  );
}

function shown(text: string): string {
  return escapeControls(text.slice(0, shownCharacters));
}

function quoted(bytes: Uint8Array): string {
  return `"${shown(decoder.decode(bytes.subarray(0, 64)))}"`;
}

function down(detail: string): Finding {
  return { is: "down", reason: "keyword", phase: "dialogue", detail };
}

const early: Finding = {
  is: "down",
  reason: "protocol",
  phase: "dialogue",
  detail: "the other end sent more before TLS began; what follows its consent must be encrypted",
};
