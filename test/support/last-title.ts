import { composeMessage } from "../../src/core/message/message.ts";
import type { AlertingWorld } from "./worlds/alerting-world.ts";

/** Title of the last message that anybody was sent; empty when nobody was. */
export function titleOfLast({ outbox }: AlertingWorld): string {
  const last = outbox.at(-1)?.notification;
  return last === undefined ? "" : composeMessage(last).title;
}
