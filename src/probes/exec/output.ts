import { cleanText, cutText } from "../../core/message/clean-text.ts";
import { escapeBlock } from "../../core/text/printable.ts";

const longestLine = 300;
const longestText = 4000;

/** What a plugin wrote, in its three parts. */
export type PluginOutput = Readonly<{ line: string; text: string; perfdata: string }>;

/** Takes a plugin's output apart: the first line, the long text, and the performance data behind the bars of both. */
export function readOutput(stdout: string): PluginOutput {
  const [first = "", ...rest] = stdout.replaceAll("\r\n", "\n").split("\n");
  const [line, perfdata] = splitAtBar(first);
  const [text, further] = splitAtBar(rest.join("\n"));
  return {
    line: cutText(cleanText(line), longestLine),
    text: escapeBlock(text.trim()).slice(0, longestText),
    perfdata: [perfdata, ...further.split("\n")]
      .map((part) => part.trim())
      .join(" ")
      .trim(),
  };
}

function splitAtBar(text: string): readonly [before: string, behind: string] {
  const bar = text.indexOf("|");
  return bar < 0 ? [text, ""] : [text.slice(0, bar), text.slice(bar + 1)];
}
