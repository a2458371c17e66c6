import type { RulePack } from "../../core/rule-pack.ts";
import { linux } from "./linux/linux.ts";
import { availability, certificates, domains } from "./sites.ts";
import { windows } from "./windows/windows.ts";

/** Every pack of rules; adding one takes its file and two lines here. */
export const rulePacks: readonly RulePack[] = [availability, certificates, domains, linux, windows];
