import type { ZodType } from "zod";
import { correlationSchema } from "../../alerting/correlation/correlation-schema.ts";
import { deadmanSchema } from "../../alerting/deadman/deadman-schema.ts";
import { channelsSchema } from "../../alerting/delivery/config/channels-schema.ts";
import { messagesSchema } from "../../alerting/delivery/config/messages-schema.ts";
import { metaSchema } from "../../alerting/delivery/config/meta-schema.ts";
import { receiversSchema } from "../../alerting/delivery/config/receivers-schema.ts";
import { schedulesSchema } from "../../alerting/escalation/oncall/schedules-schema.ts";
import { peopleSchema } from "../../alerting/escalation/people/people-schema.ts";
import { policiesSchema } from "../../alerting/escalation/policies/policies-schema.ts";
import { configTestsSchema } from "../../alerting/explain/config-tests-schema.ts";
import { calendarsSchema } from "../../alerting/muting/calendars-schema.ts";
import { inhibitRulesSchema } from "../../alerting/muting/inhibit-rules-schema.ts";
import { maintenanceSchema } from "../../alerting/muting/maintenance-schema.ts";
import { timeIntervalsSchema } from "../../alerting/muting/time-intervals-schema.ts";
import { notifierKinds } from "../../alerting/notifiers/index.ts";
import { rulePacks } from "../../alerting/packs/index.ts";
import { packsSchema } from "../../alerting/packs/packs-schema.ts";
import { reportsSchema } from "../../alerting/reports/reports-schema.ts";
import { routeSchema } from "../../alerting/routing/route-schema.ts";
import { rulesSchema } from "../../alerting/rules/rules-schema.ts";
import { uplinkSchema } from "../../alerting/uplink/uplink-schema.ts";
import { serverSchema } from "../../api/server-schema.ts";
import { idSchema } from "../../core/schema/name-schema.ts";
import { blackboxSchema } from "../../exporters/blackbox/blackbox-schema.ts";
import { storageSchema } from "../../storage/storage-schema.ts";
import { logSchema } from "./log-schema.ts";

/** Name of the receiver that is told where the config names none: one line in the daemon's log. */
export const defaultReceiver = "log";

/** Sections of the config and the schemas of the units they belong to. */
export const sections = {
  server: serverSchema.prefault({}),
  storage: storageSchema.prefault({}),
  log: logSchema.prefault({}),
  deadman: deadmanSchema.optional(),
  uplink: uplinkSchema.optional(),
  meta: metaSchema.optional(),
  receivers: receiversSchema(notifierKinds).default({}),
  channels: channelsSchema.prefault({}),
  people: peopleSchema.default({}),
  messages: messagesSchema.default({}),
  schedules: schedulesSchema.default({}),
  policies: policiesSchema.default({}),
  route: routeSchema.prefault({ receiver: defaultReceiver }),
  packs: packsSchema(rulePacks).default({}),
  rules: rulesSchema.default({}),
  correlation: correlationSchema.prefault({}),
  calendar: idSchema.optional().describe("Calendar of public holidays that counts for `workdays: true`; cn ships."),
  calendars: calendarsSchema.default({}),
  reports: reportsSchema.default({}),
  time_intervals: timeIntervalsSchema.default({}),
  maintenance: maintenanceSchema.default({}),
  tests: configTestsSchema.default({}),
  inhibit_rules: inhibitRulesSchema.default({}),
  blackbox: blackboxSchema.optional(),
} satisfies Record<string, ZodType>;
