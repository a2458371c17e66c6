import { z } from "zod";
import type { NotifierKind } from "../../../core/alerting/notifier.ts";
import { invariant } from "../../../core/errors.ts";
import { idSchema } from "../../../core/schema/name-schema.ts";
import type { Severity } from "../../../core/severity.ts";
import { durationSchema } from "../../../core/time/duration.ts";
import { type BudgetOptions, budgetSchema } from "./budget-schema.ts";

/** One parsed entry of a receiver's `to` list; the rest of its keys are the notifier's own options. */
export type ParsedIntegration = Readonly<{ kind: string; send_resolved: boolean; budget?: BudgetOptions }> &
  Readonly<Record<string, unknown>>;

/** One parsed receiver. */
export type ParsedReceiver = Readonly<{
  title?: string | undefined;
  to: readonly ParsedIntegration[];
  deliver_within?: Readonly<Partial<Record<Severity, number | undefined>>> | undefined;
  fallback?: readonly string[] | undefined;
}>;

const reachSchema = z.string().min(1).max(200);
const withinSchema = durationSchema({ minMs: 10_000, maxMs: 7 * 86_400_000 });

/** The section `receivers`: who can be told, by which notifiers; built from the kinds, so that each checks its own options. */
export function receiversSchema(kinds: readonly NotifierKind[]): z.ZodType<Readonly<Record<string, ParsedReceiver>>> {
  const [first, ...rest] = kinds.map(integrationSchema);
  invariant(first !== undefined, "there is a notifier");
  const receiver = z.strictObject({
    title: z.string().min(1).max(100).optional().describe("What people call the receiver; its id where absent."),
    to: z
      .array(z.discriminatedUnion("kind", [first, ...rest]))
      .min(1, "a receiver needs at least one notifier in `to`")
      .max(20)
      .describe("Notifiers, all of which are told."),
    deliver_within: z
      .strictObject({
        critical: withinSchema
          .optional()
          .describe("For critical notifications; default 5m with a `fallback`, else 24h."),
        warning: withinSchema.optional().describe("For warnings; default 30m with a `fallback`, else 24h."),
        info: withinSchema.optional().describe("For everything else; default 24h."),
      })
      .optional()
      .describe("How long a delivery is tried before the fallback takes over and it is shown as failed, by severity."),
    fallback: z
      .array(reachSchema)
      .min(1)
      .max(10)
      .optional()
      .describe(
        "Who is told instead when a message is refused or not delivered in time: receivers, `oncall/<schedule>` or `person/<id>`, all of them.",
      ),
  });
  return z.record(idSchema, receiver) as unknown as z.ZodType<Readonly<Record<string, ParsedReceiver>>>;
}

function integrationSchema(kind: NotifierKind): z.ZodObject {
  const { options } = kind;
  invariant(options instanceof z.ZodObject, `the options of the notifier ${kind.kind} are one object`);
  return options.safeExtend({
    kind: z.literal(kind.kind).describe(kind.title),
    send_resolved: z.boolean().default(!kind.interrupts).describe("Whether the end of what was told is told too."),
    budget: budgetSchema(kind.interrupts),
  });
}
