import type { Json } from "../json.ts";

/** The same text in each language of messages. */
export type Wording = Readonly<Record<"en" | "zh", string>>;

/** One rule of a pack: what it is called and says, and the keys of its block (`rules.<id>`) beside them. */
export type PackRule = Readonly<{
  title: Wording;
  /** One line for messages, with `{…}` as in `summary` of a rule. */
  summary: Wording;
  /** What to do first. */
  runbook: Wording;
  block: Readonly<Record<string, Json>>;
}>;

/** Which rules of a pack judge disks, and how these know a disk. */
export type DiskRules = Readonly<{
  /** True for the names of disks that are this pack's, such as `/data` or `D:`. */
  owns(name: string): boolean;
  /** Label that holds the name of a disk. */
  label: string;
  /** The rule that says when a disk will be full. */
  filling: string;
  all: readonly string[];
}>;

/** A set of rules that one key of the config switches on. */
export type RulePack = Readonly<{
  id: string;
  title: Wording;
  /** Section of the config whose entries switch the pack on where `packs` says nothing; absent: it is off. */
  onWith?: string;
  /** Rules that `hosts.<id>.disks` tunes. */
  disks?: DiskRules;
  /** Rules about services by their label `name`; what `hosts.<id>.must_run` names is none of theirs. */
  services?: readonly string[];
  rules: Readonly<Record<string, PackRule>>;
}>;
