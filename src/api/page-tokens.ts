import { createHmac, timingSafeEqual } from "node:crypto";
import type { EpochMs } from "../core/time/time.ts";

/** What the page of a link may do, in the order of its buttons. */
export const pageActions = ["acknowledge", "unacknowledge", "snooze", "assign", "comment", "resolve"] as const;
export type PageAction = (typeof pageActions)[number];

/** What stands for an action in a link; links live for hours, so none ever changes its meaning. */
const letterOf: Readonly<Record<PageAction, string>> = {
  acknowledge: "a",
  unacknowledge: "u",
  snooze: "s",
  assign: "g",
  comment: "c",
  resolve: "r",
};

/** What a link is good for: one incident, some actions, in the name of one person where it was sent to one, for a time. */
export type PageGrant = Readonly<{
  incident: string;
  actions: readonly PageAction[];
  recipient?: string;
  /** By which receiver it was sent to that person. */
  receiver?: string;
  expiresAtMs: EpochMs;
}>;

/** A link that was read: good, or why not; one that is too old was made here and says for what. */
export type PageTicket = Readonly<
  { is: "good"; grant: PageGrant } | { is: "expired"; grant: PageGrant } | { is: "forged" }
>;

const tokenForm = /^([A-Za-z0-9_-]{1,360})\.([A-Za-z0-9_-]{43})$/;

/** Writes a grant as a token that only the holder of the key can make. */
export function signPage(
  key: string,
  { incident, actions, recipient = "", receiver = "", expiresAtMs }: PageGrant,
): string {
  const letters = actions.map((action) => letterOf[action]).join("");
  const payload = Buffer.from(
    [expiresAtMs.toString(36), letters, incident, recipient, receiver].join("\n").trimEnd(),
  ).toString("base64url");
  return `${payload}.${signatureOf(key, payload)}`;
}

/** Reads a token; takes the same time for near and far guesses. */
export function readPage(key: string, token: string, nowMs: EpochMs): PageTicket {
  const [, payload = "", signature = ""] = tokenForm.exec(token) ?? [];
  const right = Buffer.from(signatureOf(key, payload));
  const given = Buffer.from(signature.padEnd(right.length, " "));
  if (payload === "" || !timingSafeEqual(given, right)) return { is: "forged" };
  const [expires = "", letters = "", incident = "", recipient = "", receiver = ""] = Buffer.from(payload, "base64url")
    .toString()
    .split("\n");
  const grant: PageGrant = {
    incident,
    actions: pageActions.filter((action) => letters.includes(letterOf[action])),
    expiresAtMs: Number.parseInt(expires, 36),
    ...(recipient === "" ? {} : { recipient }),
    ...(receiver === "" ? {} : { receiver }),
  };
  return { is: nowMs < grant.expiresAtMs ? "good" : "expired", grant };
}

function signatureOf(key: string, payload: string): string {
  return createHmac("sha256", key).update(`page\n${payload}`).digest("base64url");
}
