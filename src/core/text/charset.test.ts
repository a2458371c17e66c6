import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText } from "./charset.ts";

const gbk = Buffer.from([0xbf, 0xe2, 0xb4, 0xe6, 0xb3, 0xe4, 0xd7, 0xe3]); // 库存充足
const texts = (body: Uint8Array, type?: string): readonly string[] =>
  decodeText(body, type, false).decodings.map(({ text }) => text);

describe("core/text/charset", () => {
  it.each([
    ["UTF-8 by BOM, whatever the header says", Buffer.from("\ufeff库存"), "text/html; charset=gbk", "utf-8"],
    ["UTF-16 by BOM", Buffer.from("\ufeff库存", "utf16le"), undefined, "utf-16le"],
    ["UTF-16 without BOM by its zeros", Buffer.from("<html>stock</html>", "utf16le"), undefined, "utf-16le"],
    ["GBK by header", gbk, 'text/html; charset="GB2312"', "gb18030"],
    ["GBK by meta", Buffer.concat([Buffer.from("<meta charset=gbk>"), gbk]), "text/html", "gb18030"],
    ["GBK by sniffing", gbk, undefined, "gb18030"],
    ["Big5 by header", Buffer.from([0xae, 0x77, 0xa6, 0x73]), "text/html; charset=big5", "big5"],
    ["Shift_JIS by header", Buffer.from([0x8d, 0xdd, 0x8c, 0xc9]), "text/html; charset=shift_jis", "shift_jis"],
    ["EUC-KR by header", Buffer.from([0xc0, 0xe7, 0xb0, 0xed]), "text/html; charset=euc-kr", "euc-kr"],
    [
      "Latin-1 by header, where no double-byte text is likely",
      Buffer.from("Größe fährt", "latin1"),
      "text/html; charset=iso-8859-1",
      "windows-1252",
    ],
    ["ASCII under any name", Buffer.from("plain"), "text/html; charset=gbk", "gb18030"],
  ])("believes %s first", (_, body, type, charset) => {
    expect(decodeText(body, type, false).decodings[0]?.charset).toBe(charset);
  });

  it.each([
    ["iso-8859-1", "windows-1252", gbk],
    ["utf-8", "utf-8", gbk],
    ["gbk", "gb18030", Buffer.from("库存充足")],
  ])("does not believe a header that says %s falsely", (said, disbelieved, body) => {
    const decoded = decodeText(body, `text/html; charset=${said}`, false);

    expect(decoded.disbelieved).toBe(disbelieved);
    expect(decoded.decodings[0]?.text).toBe("库存充足");
  });

  it("offers the declared Latin-1 reading besides the likely one", () => {
    expect(texts(gbk, "text/html; charset=iso-8859-1")).toContain("¿â´æ³ä×ã");
  });

  it("bears a body that was cut inside a character", () => {
    const body = Buffer.from("库存").subarray(0, 5);

    expect(decodeText(body, undefined, true).decodings[0]).toMatchObject({ charset: "utf-8", text: "库" });
  });

  it.each([
    ["库存充足", 11],
    ["库存😀", 9],
    ["库存é", 7],
    ["库存a", 7],
    ["库存", 6],
  ])("reads of %s what came whole in its first %i bytes", (text, length) => {
    const body = Buffer.from(text).subarray(0, length);
    const whole = new TextDecoder("utf-8", { fatal: true }).decode(body, { stream: true });

    expect(decodeText(body, undefined, true).decodings[0]?.text).toBe(whole);
  });

  it("finds the words that are in the text, the first as well as others, past the mark of its beginning", () => {
    const { decodings } = decodeText(Buffer.from("\ufeff加入😀购物车"), "text/html", false);
    const found = (words: readonly string[]): unknown => words.map((word) => decodings[0]?.contains(word));

    expect(found(["购物", "加入", "\ud83d", "\ufeff", "没有", ""])).toEqual([true, true, true, false, false, true]);
    expect(texts(Buffer.from("\ufeff库存"))[0]).toBe("库存");
  });

  it.each(["\ufeff", "没有", "存货"])("does not find %j where it asks for nothing else", (word) => {
    expect(decodeText(Buffer.from("\ufeff库存"), undefined, false).decodings[0]?.contains(word)).toBe(false);
  });

  it("ignores a charset that does not exist", () => {
    expect(decodeText(Buffer.from("库存"), "text/html; charset=klingon", false).disbelieved).toBeUndefined();
  });

  it("reads back whatever UTF-8 was written", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        fc.pre(!text.includes("\u0000") && !text.startsWith("\ufeff"));
        expect(texts(Buffer.from(text))[0]).toBe(text);
      }),
    );
  });

  it("always gives at least one well-formed reading of any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (body, cut) => {
        const { decodings } = decodeText(body, "text/html; charset=gbk", cut);

        expect(decodings.length).toBeGreaterThan(0);
        for (const { text } of decodings) expect(text.isWellFormed()).toBe(true);
      }),
    );
  });
});
