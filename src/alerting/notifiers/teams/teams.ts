import { defineNotifier } from "../../../core/alerting/notifier.ts";
import { endpointOf } from "../endpoint.ts";
import { postJson } from "../post-json.ts";
import { classifyTeams } from "./classify.ts";
import { type TeamsOptions, teamsOptions } from "./options.ts";
import { renderTeams, type TeamsMessage } from "./render.ts";

/** Starts a workflow that posts to a Teams channel or chat. @see https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook */
export const teams = defineNotifier<TeamsOptions, TeamsMessage>({
  kind: "teams",
  title: "Microsoft Teams (workflow)",
  options: teamsOptions,
  // Never more than 4 within any second.
  limit: { count: 2, perMs: 1000 },
  endpoint: (options) => endpointOf(options.url),
  render: renderTeams,
  async send(message, options, io, signal) {
    const target = { url: options.url.reveal(), proxy: options.proxy };
    return classifyTeams(await postJson(io.http, target, message.payload, signal), message.dress, io.now());
  },
});
