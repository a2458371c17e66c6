import type { NotifierKind } from "../../core/alerting/notifier.ts";
import { alertmanager } from "./alertmanager/alertmanager.ts";
import { aliyunSms } from "./aliyun_sms/aliyun-sms.ts";
import { aliyunVoice } from "./aliyun_voice/aliyun-voice.ts";
import { dingtalk } from "./dingtalk/dingtalk.ts";
import { discord } from "./discord/discord.ts";
import { email } from "./email/email.ts";
import { exec } from "./exec/exec.ts";
import { feishu } from "./feishu/feishu.ts";
import { log } from "./log/log.ts";
import { pagerduty } from "./pagerduty/pagerduty.ts";
import { slack } from "./slack/slack.ts";
import { slackBot } from "./slack_bot/slack-bot.ts";
import { teams } from "./teams/teams.ts";
import { telegram } from "./telegram/telegram.ts";
import { tencentSms } from "./tencent_sms/tencent-sms.ts";
import { tencentVoice } from "./tencent_voice/tencent-voice.ts";
import { twilioSms } from "./twilio_sms/twilio-sms.ts";
import { twilioVoice } from "./twilio_voice/twilio-voice.ts";
import { webhook } from "./webhook/webhook.ts";
import { wecom } from "./wecom/wecom.ts";

/** All notifiers; a test holds the array and the folders together. */
export const notifierKinds: readonly NotifierKind[] = [
  alertmanager,
  aliyunSms,
  aliyunVoice,
  dingtalk,
  discord,
  email,
  exec,
  feishu,
  log,
  pagerduty,
  slack,
  slackBot,
  teams,
  telegram,
  tencentSms,
  tencentVoice,
  twilioSms,
  twilioVoice,
  webhook,
  wecom,
];
