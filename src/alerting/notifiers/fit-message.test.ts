import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Message, MessageBlock } from "../../core/message/message.ts";
import { fitMessage } from "./fit-message.ts";

const bytesOf = (message: Message): number => Buffer.byteLength(JSON.stringify(message));
const graphemes = fc.array(fc.constantFrom("a", "汉", "👨‍👩‍👧‍👦", "&", '"', "é")).map((parts) => parts.join(""));
const block = fc.constantFrom<MessageBlock>("impact", "chain", "others", "runbook", "notes");
const links = fc.array(fc.record({ text: graphemes, url: fc.webUrl() }), { maxLength: 6 });
const messages: fc.Arbitrary<Message> = fc.record({
  tone: fc.constant("critical" as const),
  title: graphemes,
  lines: fc.array(fc.record({ block, text: graphemes }), { maxLength: 16 }),
  links,
});

function message(overrides: Partial<Message> = {}): Message {
  return { tone: "critical", title: "Critical: Shop – down", lines: [], links: [], ...overrides };
}

const line = (text: string, of: MessageBlock = "impact") => ({ block: of, text });

describe("alerting/notifiers/fit-message", () => {
  it("leaves a message alone that keeps to the limit", () => {
    fc.assert(
      fc.property(messages, (whole) => {
        expect(fitMessage(whole, 1_000_000, bytesOf)).toEqual(whole);
      }),
    );
  });

  it("keeps to every limit that has room for the title, and never cuts a grapheme", () => {
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 4000 }), (whole, limit) => {
        const fitted = fitMessage(whole, limit, bytesOf);
        const bare = fitted.lines.length === 0 && fitted.links.length === 0;

        expect(bytesOf(fitted) <= limit || bare).toBe(true);
        for (const [index, { text }] of fitted.lines.entries()) {
          const original = whole.lines[index]?.text ?? "";
          const pieces = [...new Intl.Segmenter().segment(original)].map(({ segment }) => segment);
          const kept = [...new Intl.Segmenter().segment(text.replace(/…$/, ""))].map(({ segment }) => segment);

          expect(text === original || text.endsWith("…")).toBe(true);
          expect(pieces.slice(0, kept.length)).toEqual(kept);
        }
      }),
    );
  });

  it("cuts the longest lines first and leaves the notes whole", () => {
    const long = "x".repeat(200);
    const whole = message({ lines: [line(long), line("short"), line(long, "notes")] });

    const { lines } = fitMessage(whole, bytesOf(whole) - 100, bytesOf);

    expect(lines[0]?.text).toMatch(/^x{90,110}…$/);
    expect(lines.slice(1)).toEqual(whole.lines.slice(1));
  });

  it("drops links from the end when they take more than half, and the board, which is the last one, after all others", () => {
    const link = (name: string) => ({ text: name, url: `https://a.example/${"x".repeat(100)}` });
    const whole = message({ links: ["runbook", "logs", "graphs", "board"].map(link) });

    const namesAt = (limit: number) => fitMessage(whole, limit, bytesOf).links.map(({ text }) => text);

    expect(namesAt(2 * bytesOf(whole))).toEqual(["runbook", "logs", "graphs", "board"]);
    expect(namesAt(2 * bytesOf(whole) - 1)).toEqual(["runbook", "logs", "board"]);
    expect(namesAt(600)).toEqual(["board"]);
    expect(namesAt(200)).toEqual([]);
  });

  it("bounds a title that takes few columns but many characters", () => {
    const { title } = fitMessage(message({ title: "a\u0310".repeat(500) }), 1_000_000, bytesOf);

    expect(title.length).toBeLessThanOrEqual(150);
  });
});
