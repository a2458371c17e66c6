import { z } from "zod";
import { openAppConfig } from "../app/configuration/app-config.ts";
import { type LoadedConfig, locateInConfig } from "../config/loaded-config.ts";
import type { ConfigIssue } from "../config/source/issue.ts";
import { AppError } from "../core/errors.ts";
import { askDaemon } from "../platform/channels/daemon-client.ts";
import { accessTo } from "./daemon-arguments.ts";

const answerSchema = z.object({ people: z.array(z.object({ person: z.string(), receivers: z.array(z.string()) })) });

/** Warns of people of the config whom its daemon has never reached by an address of their own; of nobody where no such daemon answers. */
export async function unconfirmedPeople(loaded: LoadedConfig): Promise<readonly ConfigIssue[]> {
  const people = await askedPeople(loaded);
  const written = Object.keys((loaded.sections["people"] ?? {}) as object);
  const found = people
    .filter(({ person }) => written.includes(person))
    .map(({ person, receivers }) => {
      const message = `nobody has ever answered a message to this person by ${receivers.join(", ")}; \`watchfire drill\` sends one`;
      return { path: ["people", person], message };
    });
  return locateInConfig(loaded, found);
}

async function askedPeople(loaded: LoadedConfig): Promise<z.output<typeof answerSchema>["people"]> {
  try {
    const access = accessTo(openAppConfig(loaded));
    return answerSchema.parse(await askDaemon(access, "/api/v1/oncall/unconfirmed")).people;
  } catch (error) {
    // Without a token on this machine, or with a daemon that is not there or is older, there is nobody to ask.
    if (error instanceof AppError || error instanceof z.ZodError) return [];
    throw error;
  }
}
