import { readFileSync } from "node:fs";
import type { Json } from "../../../src/core/json.ts";

/** Answers of RDAP servers as public test corpora keep them, each cut to what says something about the registration; `origin` names repository and file. */
export type RdapAnswer = Readonly<{
  name: string;
  origin: string;
  body: Json;
  /** ISO form of the end, or what is said in its place. */
  expires: string;
  registrar?: string;
  servers?: number;
  statuses?: readonly string[];
}>;

const path = new URL("./rdap-answers.json", import.meta.url);

export const rdapAnswers = JSON.parse(readFileSync(path, "utf8")) as readonly RdapAnswer[];
