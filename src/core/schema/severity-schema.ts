import { z } from "zod";
import { severities } from "../severity.ts";

/** A severity in a config or a request; apart from the words, so that who only stores them needs no schemas. */
export const severitySchema = z.enum(severities);
