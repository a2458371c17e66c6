import type { NotifierKind } from "../../core/notifier.ts";
import { alertmanager } from "./alertmanager/alertmanager.ts";
import { dingtalk } from "./dingtalk/dingtalk.ts";
import { discord } from "./discord/discord.ts";
import { email } from "./email/email.ts";
import { feishu } from "./feishu/feishu.ts";
import { log } from "./log/log.ts";
import { pagerduty } from "./pagerduty/pagerduty.ts";
import { slack } from "./slack/slack.ts";
import { teams } from "./teams/teams.ts";
import { telegram } from "./telegram/telegram.ts";
import { webhook } from "./webhook/webhook.ts";
import { wecom } from "./wecom/wecom.ts";

/** All notifiers; a test holds the array and the folders together. */
export const notifierKinds: readonly NotifierKind[] = [
  alertmanager,
  dingtalk,
  discord,
  email,
  feishu,
  log,
  pagerduty,
  slack,
  teams,
  telegram,
  webhook,
  wecom,
];
