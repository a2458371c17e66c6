import { type DestinationStream, type LevelWithSilent, pino } from "pino";
import type { Logger } from "../core/ports/logger.ts";
import type { LogSink } from "./files/log-sink.ts";

export type LogSettings = Readonly<{
  level: LevelWithSilent;
  format: "json" | "text";
  /** Fields of every line, such as the environment. */
  fields: Readonly<Record<string, string>>;
}>;

/** Writes one line per event into the sink. */
export function createLogger(sink: LogSink, settings: LogSettings, redact: (text: string) => string): Logger {
  return loggerTo({ write: (line) => sink.write(redact(settings.format === "json" ? line : textOf(line))) }, settings);
}

/** Writes one JSON line per event in the Elastic Common Schema. @see https://www.elastic.co/guide/en/ecs-logging/overview/current/intro.html */
export function loggerTo(stream: DestinationStream, settings: LogSettings): Logger {
  const writer = pino(
    {
      level: settings.level,
      base: { "ecs.version": "8.11.0", "service.name": "watchfire", ...settings.fields },
      messageKey: "message",
      timestamp: () => `,"@timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ "log.level": label }) },
    },
    stream,
  );
  return {
    debug: (event, fields = {}) => writer.debug(fields, event),
    info: (event, fields = {}) => writer.info(fields, event),
    warn: (event, fields = {}) => writer.warn(fields, event),
    error: (event, fields = {}) => writer.error(fields, event),
  };
}

const quietFields: ReadonlySet<string> = new Set([
  "@timestamp",
  "log.level",
  "message",
  "ecs.version",
  "service.name",
  "service.environment",
]);

/** A line for people: time, level, event, and what else it carries. */
function textOf(line: string): string {
  const record = JSON.parse(line) as Record<string, unknown>;
  const fields = Object.entries(record)
    .filter(([name]) => !quietFields.has(name))
    .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  const time = String(record["@timestamp"]).slice(11, 19);
  return `${time} ${String(record["log.level"]).padEnd(5)} ${String(record["message"])}${fields.join("")}\n`;
}
