import { readFileSync } from "node:fs";

/**
 * Answers of WHOIS servers as public test corpora keep them, each cut to the lines that say something about the registration
 * (persons and addresses are left out); `origin` names repository and file. What begins with `invented` is ours.
 */
export type WhoisAnswer = Readonly<{
  name: string;
  tld: string;
  origin: string;
  text: string;
  /** ISO form of the end, or what is said in its place. */
  expires: string;
  registrar?: string;
  servers?: number;
  statuses?: readonly string[];
}>;

const path = new URL("./whois-answers.json", import.meta.url);

export const whoisAnswers = JSON.parse(readFileSync(path, "utf8")) as readonly WhoisAnswer[];
