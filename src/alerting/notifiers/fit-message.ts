import { cutText } from "../../core/message/clean-text.ts";
import type { Message } from "../../core/message/message.ts";

const longestTitle = 150;
const longestLine = 300;

/**
 * Shortens a message until `sizeOf` it keeps to the limit, in whatever unit the channel counts. The title and the notes stay; links
 * give way when they take more than half, the last one at the very end; then lines are cut on a grapheme, the longest first.
 */
export function fitMessage(message: Message, limit: number, sizeOf: (message: Message) => number): Message {
  const titled = { ...message, title: cutText(message.title, longestTitle) };
  const linked = withFewerLinks(titled, limit / 2, sizeOf);
  return sizeOf(linked) <= limit ? linked : withShorterLines(linked, limit, sizeOf);
}

function withFewerLinks(message: Message, limit: number, sizeOf: (message: Message) => number): Message {
  let { links } = message;
  while (links.length > 0 && sizeOf({ ...message, lines: [], links }) > limit) {
    links = links.length === 1 ? [] : links.toSpliced(-2, 1);
  }
  return { ...message, links };
}

function withShorterLines(message: Message, limit: number, sizeOf: (message: Message) => number): Message {
  let best: Message = { ...message, lines: [] };
  let [low, high] = [1, longestLine];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const cut = { ...message, lines: message.lines.map((line) => cutLine(line, middle)) };
    if (sizeOf(cut) <= limit) [best, low] = [cut, middle + 1];
    else high = middle - 1;
  }
  return best;
}

function cutLine(line: Message["lines"][number], limit: number): Message["lines"][number] {
  return line.block === "notes" ? line : { ...line, text: cutText(line.text, limit) };
}
