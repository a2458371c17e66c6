import type { Tone } from "../../core/message/message.ts";

/** Coloured sign before a title, for channels that have no colours of their own. */
export const toneSigns: Readonly<Record<Tone, string>> = {
  critical: "🔴",
  warning: "🟠",
  info: "🔵",
  resolved: "🟢",
  ended: "⚫",
  test: "⚪",
};
