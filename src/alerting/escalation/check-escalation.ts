import { nearestName } from "../../core/nearest-name.ts";
import type { AlertingConfigIssue } from "../check-alerting-config.ts";
import type { PeopleConfig } from "./people-schema.ts";

/** Sections about people, after each has been parsed; of receivers only the names count. */
export type EscalationSections = Readonly<{
  receivers: Readonly<Record<string, unknown>>;
  people: PeopleConfig;
}>;

type Path = AlertingConfigIssue["path"];

/** Returns what the sections about people say of each other and of receivers that is not so. */
export function checkEscalation(sections: EscalationSections): readonly AlertingConfigIssue[] {
  return Object.entries(sections.people).flatMap(([id, { reach }]) =>
    Object.entries(reach).flatMap(([severity, names = []]) =>
      names.flatMap((name, index) =>
        unknownName("receiver", name, sections.receivers, ["people", id, "reach", severity, index]),
      ),
    ),
  );
}

function unknownName(
  what: string,
  name: string,
  known: Readonly<Record<string, unknown>>,
  path: Path,
): readonly AlertingConfigIssue[] {
  if (Object.hasOwn(known, name)) return [];
  const names = Object.keys(known);
  const nearest = nearestName(name, names);
  if (nearest !== undefined) return [{ path, message: `there is no ${what} "${name}"; did you mean "${nearest}"?` }];
  const listed = names.length === 0 ? "none is configured" : `there are ${names.slice(0, 10).join(", ")}`;
  return [{ path, message: `there is no ${what} "${name}"; ${listed}` }];
}
