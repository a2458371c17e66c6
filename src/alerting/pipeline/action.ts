import type { OutboxRow } from "../../core/alerting/outbox.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import type { Json } from "../../core/json.ts";
import type { IdSource } from "../../core/ports/random.ts";
import type { Settlement } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { EngineState } from "./engine-state.ts";

/** What an action may use. */
export type ActionContext = Readonly<{ state: EngineState; nowMs: EpochMs; ids: IdSource }>;

/** Something that a person or a pipeline does to alerting, as one step: what it changes in the state is stored with what it returns. */
export type Action<T> = (context: ActionContext) => Readonly<{
  outcome: T;
  decisions?: readonly Decision[];
  outbox?: readonly OutboxRow[];
  settlements?: readonly Settlement[];
  audit?: readonly Json[];
}>;
