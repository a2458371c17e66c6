import { change } from "./change.ts";
import { check } from "./check.ts";
import type { Command } from "./command.ts";
import { diff } from "./diff.ts";
import { drill } from "./drill.ts";
import { explain } from "./explain.ts";
import { ack, incident } from "./incident.ts";
import { init } from "./init.ts";
import { maintenance } from "./maintenance.ts";
import { notify } from "./notify.ts";
import { oncall } from "./oncall.ts";
import { probe } from "./probe.ts";
import { replay } from "./replay.ts";
import { run } from "./run.ts";
import { schema } from "./schema.ts";
import { shadow } from "./shadow.ts";
import { show } from "./show.ts";
import { silence } from "./silence.ts";
import { status } from "./status.ts";
import { url } from "./url.ts";
import { validate } from "./validate.ts";

/** All commands, in the order of the help text. */
export const commands: readonly Command[] = [
  run,
  init,
  validate,
  show,
  diff,
  check,
  probe,
  status,
  incident,
  ack,
  oncall,
  drill,
  explain,
  replay,
  silence,
  maintenance,
  change,
  shadow,
  notify,
  url,
  schema,
];
