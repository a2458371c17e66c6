import { z } from "zod";
import type { RulePack } from "../../core/alerting/rule-pack.ts";

/** Section `packs`: which packs of rules are switched on. */
export function packsSchema(packs: readonly RulePack[]): z.ZodType<Readonly<Record<string, boolean | undefined>>> {
  return z.strictObject(Object.fromEntries(packs.map((pack) => [pack.id, switchOf(pack)])));
}

function switchOf({ title, rules, onWith }: RulePack) {
  const otherwise = onWith === undefined ? "off when absent" : `on when absent, where \`${onWith}\` has an entry`;
  return z
    .boolean()
    .optional()
    .describe(`${title.en}: ${Object.keys(rules).length} rules; ${otherwise}.`);
}
