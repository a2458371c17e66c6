import { escapeControls } from "../../core/text/printable.ts";
import { type Answer, normalServers, normalStatus, type Registration } from "./answer.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Reads an RDAP answer about a domain; shapes that servers get wrong are passed over, not trusted. @see RFC 9083 §5.3 */
export function readRdap(text: string): Answer {
  const domain = fieldsOf(parsed(text));
  if (domain === undefined) return { kind: "failed", reason: "parse", detail: "the RDAP answer is no JSON object" };
  if (domain["objectClassName"] !== "domain" && listOf(domain["events"]).length === 0) {
    return { kind: "failed", reason: "parse", detail: "the RDAP answer is about no domain" };
  }
  const registration = registrationOf(domain);
  const dates = listOf(domain["events"]).flatMap((event) => {
    const { eventAction: action, eventDate: date } = fieldsOf(event) ?? {};
    return action === "expiration" && typeof date === "string" ? [date] : [];
  });
  if (dates.length === 0) return { kind: "not_published", registration };
  const expiresMs = dates.map(momentOf).find((atMs) => atMs !== undefined);
  if (expiresMs !== undefined) return { kind: "date", expiresMs, registration };
  const detail = `the date "${escapeControls(dates[0] ?? "").slice(0, 60)}" cannot be read`;
  return { kind: "failed", reason: "parse", detail };
}

function registrationOf(domain: Fields): Registration {
  const entities = listOf(domain["entities"]).map(fieldsOf);
  const registrar = entities.find((entity) => listOf(entity?.["roles"]).includes("registrar"));
  const name = registrar === undefined ? undefined : nameOf(registrar);
  return {
    ...(name !== undefined && { registrar: escapeControls(name).slice(0, 120) }),
    statuses: [...new Set(textsOf(domain["status"]).map(normalStatus))].filter(Boolean).slice(0, 20),
    nameServers: normalServers(textsOf(listOf(domain["nameservers"]).map((server) => fieldsOf(server)?.["ldhName"]))),
  };
}

/** The formatted name of a vCard in JSON, else the handle. @see RFC 7095 */
function nameOf(entity: Fields): string | undefined {
  const properties = listOf(listOf(entity["vcardArray"])[1]);
  const name = properties.map(listOf).find(([property]) => property === "fn")?.[3];
  if (typeof name === "string" && name.trim() !== "") return name.trim();
  return typeof entity["handle"] === "string" ? entity["handle"] : undefined;
}

/** A moment of RFC 3339; a bare day, which some registries give, begins in UTC. */
function momentOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:?\d\d)?)?$/.test(text)) return undefined;
  const hasZone = /(?:[Zz]|[+-]\d\d:?\d\d)$/.test(text.slice(10));
  const atMs = Date.parse(text.length > 10 && !hasZone ? `${text}Z` : text);
  return Number.isNaN(atMs) ? undefined : atMs;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, 200) : [];
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((each): each is string => typeof each === "string");
}
