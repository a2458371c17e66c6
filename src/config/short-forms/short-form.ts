import type { ZodType } from "zod";
import type { CheckBlock } from "../checks/check-block.ts";
import type { ConfigIssue } from "../source/issue.ts";
import type { MapNode, Place } from "../source/node.ts";

/** Blocks of a short form by id. */
export type NamedBlocks = ReadonlyMap<string, Readonly<{ keyPlace: Place; node: MapNode }>>;
export type Expansion = Readonly<{ blocks: readonly CheckBlock[]; issues: readonly ConfigIssue[] }>;

/** A section whose entries each stand for one or several checks. */
export type ShortForm = Readonly<{
  /** Name of the section. */
  key: string;
  /** What an entry stands for, one sentence. */
  title: string;
  /** One entry. */
  schema: ZodType;
  /** Turns the entries into check blocks whose nodes keep their places; `root` is the whole config, for names of other sections; ids follow from the entry's id alone. */
  expand(entries: NamedBlocks, root: MapNode): Expansion;
}>;
