import type { Finding } from "../checks/finding.ts";
import type { Connection } from "../net/connection.ts";
import type { Wired } from "../ports/wires.ts";
import { Dialogue } from "./dialogue.ts";
import type { DialogueOptions } from "./dialogue-schema.ts";

/** Where the dialogue takes place, and the name that the server's certificate has to be for unless the check names one. */
export type Place = Readonly<{ connection: Connection; host: string; dial: () => Promise<Wired> }>;
/** Why it ended before its last step; the dialogue is absent when it was not begun or has no steps. */
export type Conversation = Readonly<{ ended?: Finding | undefined; dialogue?: Dialogue }>;

/** Dials, begins TLS where the check speaks it from the start, holds the dialogue and closes. */
export async function converse(options: DialogueOptions, place: Place): Promise<Conversation> {
  const conversation = await hold(options, place);
  place.connection.close();
  return conversation;
}

async function hold(options: DialogueOptions, { connection, host, dial }: Place): Promise<Conversation> {
  const beginTls = async (): Promise<Finding | undefined> => {
    const refused = await connection.secure(options.tls, host);
    connection.enter("dialogue");
    return refused;
  };
  const wired = await dial();
  if (!wired.ok) return { ended: wired.finding };
  const refused = options.encryption === "tls" ? await beginTls() : undefined;
  if (refused !== undefined) return { ended: refused };
  connection.enter("dialogue");
  if (options.dialogue.length === 0) return {};
  const waits = (what: string): void => connection.enter("dialogue", what);
  const dialogue = new Dialogue(options, { wire: wired.wire, beginTls, waits });
  return { ended: await dialogue.hold(), dialogue };
}
