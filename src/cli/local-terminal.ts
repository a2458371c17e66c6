import { z } from "zod";
import { AppError } from "../core/errors.ts";
import { localTime, withMoments } from "../core/time/local-time.ts";
import { askDaemon } from "../platform/channels/daemon-client.ts";
import type { Terminal } from "../platform/terminal.ts";
import type { KnownDaemon } from "./daemon-arguments.ts";

const statusSchema = z.object({ timeZone: z.string().default("UTC") });

/** A terminal for people: moments that the daemon tells in UTC are written in the zone of its config, with the offset. */
export async function localTerminal(terminal: Terminal, daemon: KnownDaemon): Promise<Terminal> {
  return terminalIn(daemon.timeZone ?? (await askedZone(daemon)), terminal);
}

/** The same for a command that knows the zone. */
export function terminalIn(timeZone: string, terminal: Terminal): Terminal {
  const local = (text: string): string => withMoments(text, (atMs) => localTime(atMs, timeZone));
  return {
    ...terminal,
    out: (text) => terminal.out(local(text)),
    error: (text) => terminal.error(local(text)),
  };
}

/** Who may not see the status, as a pipeline, reads UTC. */
async function askedZone(daemon: KnownDaemon): Promise<string> {
  try {
    return statusSchema.parse(await askDaemon(daemon, "/api/v1/status")).timeZone;
  } catch (error) {
    if (error instanceof AppError) return "UTC";
    throw error;
  }
}
