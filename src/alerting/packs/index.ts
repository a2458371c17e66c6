import type { RulePack } from "../../core/alerting/rule-pack.ts";
import { linux } from "./linux/linux.ts";
import { availability, certificates, domains } from "./sites.ts";
import { windows } from "./windows/windows.ts";

/** Every pack of rules; adding one takes its file and two lines here. */
export const rulePacks: readonly RulePack[] = [availability, certificates, domains, linux, windows];

/** Ids of the rules that packs bring: they judge whatever is there. */
export const packRules: ReadonlySet<string> = new Set(rulePacks.flatMap(({ rules }) => Object.keys(rules)));
