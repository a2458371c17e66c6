import { backups } from "./backups.ts";
import { hosts } from "./hosts.ts";
import type { ShortForm } from "./short-form.ts";
import { sites } from "./sites.ts";

/** The short forms, in the order in which ids are taken. */
export const shortForms: readonly ShortForm[] = [sites, hosts, backups];
