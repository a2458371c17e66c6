import type { Json } from "../../core/json.ts";
import { type BlackboxSection, blackboxSchema } from "./blackbox-schema.ts";
import type { DoorSettings } from "./door.ts";
import type { BlackboxModule } from "./modules.ts";

/** Settings of the door from the modules that loaded and the section; undefined where neither config nor command line names modules. */
export function doorSettings(
  modules: Json | undefined,
  section: BlackboxSection | undefined,
): DoorSettings | undefined {
  if (modules === undefined) return undefined;
  const {
    timeout_offset: timeoutOffsetMs,
    history_limit: historyLimit,
    failure_info: tellsFailure,
  } = section ?? blackboxSchema.parse({ modules_file: "command line" });
  return { modules: modules as unknown as readonly BlackboxModule[], timeoutOffsetMs, historyLimit, tellsFailure };
}
