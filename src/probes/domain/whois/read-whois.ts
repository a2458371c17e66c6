import { escapeControls } from "../../../core/text/printable.ts";
import { type Answer, normalServers, normalStatus, type Registration } from "../answer.ts";
import { readDate } from "./dates.ts";
import { type Field, fieldsOf } from "./fields.ts";
import { layoutOf } from "./layouts.ts";

/** Labels of the end of a registration, the best first: whole labels, since prose often begins like one. */
const expiryLabels = [
  "registry expiry date",
  "registrar registration expiration date",
  "domain expiration date",
  "expiration date",
  "expiry date",
  "expiration time",
  "expires on",
  "expires at",
  "expires",
  "expire date",
  "expire-date",
  "expire",
  "expiry",
  "paid-till",
  "renewal date",
  "record will expire on",
  "valid until",
  "validity",
  "사용 종료일",
  "有効期限",
  "fecha de vencimiento",
];
const registrarLabels = [
  "registrar",
  "registrar name",
  "sponsoring registrar",
  "sponsoring registrar organization",
  "current registar",
  "authorized agency",
  "registrar-name",
  "registrar_name",
  "등록대행자",
  "registration service provider",
  "registrar id",
  "registrar handle",
];
const statusLabels = new Set([
  "domain status",
  "status",
  "state",
  "epp status",
  "query_status",
  "registration status",
  "domain state",
  "状態",
  "domaintype",
  "estatus del dominio",
]);
const serverLabel =
  /^(?:name ?servers?|nservers?|domain (?:name)?servers(?: in listed order)?|name servers? information|nameserver in listed order|host ?name|호스트이름|dns|ネームサーバ|(?:primary|secondary) server|(?:ns|name server) \d+|ns_name_\d+|servidor\(es\) de nombres de dominio)$/;
const placeholder = /^(?:-|null|none|n\/a|not defined\.?|unknown|see at .*|not available.*|hidden.*)?$/i;

const limits =
  /\b(?:quota|limit|rate|queries|number)\b[\w -]{0,40}\b(?:exceeded|reached)\b|exceeded (?:the |allowed |your )?[\w ]{0,30}(?:number|rate|limit|quota)|only \d+ requests? per (?:second|minute)|too many (?:requests|queries|connection)|access is too fast|interval is too short|requests of this client are not permitted|try again (?:later|in a few)|access control limit|查询(?:过于|太)频繁|请求过于频繁/i;
const unknownName =
  /^(?:no match|no matching record|not found|no entries found|no object found|no data found|no record|nothing found|object does not exist|domain not found|(?:query_)?status:\s*(?:220 )?(?:free|available)\b|.{0,80}\bis (?:free|available for registration)\b)|has not been registered|was not found in the registry|is not registered|domain name not known|no such domain|not exist/im;

const mostPattern = 20_000;

/** Reads a WHOIS server's answer about `name`: a date, the honest lack of one, or why there is no answer. */
export function readWhois(text: string, name: string, tld: string): Answer {
  const fields = fieldsOf(text);
  const registration = registrationOf(fields, name);
  const expiry = expiryOf(text, fields, tld);
  if (typeof expiry === "number") return { kind: "date", expiresMs: expiry, registration };
  const isRecord = registration.nameServers.length > 0 || registration.registrar !== undefined;
  const short = text.slice(0, mostPattern);
  if (!isRecord && unknownName.test(short)) return { kind: "not_registered" };
  // Terms of use speak of limits, too: they count only where there is no record beside them.
  if (!isRecord && expiry === undefined && limits.test(short)) return failed("rate_limited", lineOf(short, limits));
  if (expiry === "placeholder") return { kind: "not_published", registration };
  if (typeof expiry === "object") return failed("parse", `the date "${shown(expiry.unread)}" cannot be read`);
  if (layoutOf(tld).isPublished === false && hasDomain(fields, name)) return { kind: "not_published", registration };
  return failed(
    "parse",
    text.trim() === ""
      ? "the answer is empty"
      : `there is no date in the answer, which begins "${shown(firstLine(short))}"`,
  );
}

function failed(reason: "rate_limited" | "parse", detail: string): Answer {
  return { kind: "failed", reason, detail };
}

type Expiry = number | "placeholder" | Readonly<{ unread: string }> | undefined;

function expiryOf(text: string, fields: readonly Field[], tld: string): Expiry {
  const layout = layoutOf(tld);
  const line = layout.line?.exec(text)?.[1];
  const labelled = expiryLabels.flatMap((label) => fields.find((field) => field.label === label) ?? []);
  const candidates = [...(line === undefined ? [] : [line]), ...labelled.map(({ value }) => value)];
  let worst: Expiry;
  for (const candidate of candidates) {
    if (placeholder.test(candidate)) {
      worst ??= "placeholder";
      continue;
    }
    const expiresMs = readDate(candidate, layout);
    if (expiresMs !== undefined) return expiresMs;
    worst = { unread: candidate };
  }
  return worst;
}

function registrationOf(fields: readonly Field[], name: string): Registration {
  const servers = fields.flatMap(({ label, value, section }) =>
    serverLabel.test(label) || serverLabel.test(section) ? [value.split(/[\s,|]/)[0] ?? ""] : [],
  );
  const statuses = fields.flatMap(({ label, value, section, continued }) =>
    statusLabels.has(label) && (!continued || section === label) ? value.split(",") : [],
  );
  const registrar = registrarOf(fields);
  return {
    ...(registrar !== undefined && { registrar }),
    statuses: [
      ...new Set(statuses.map((status) => normalStatus(status.replace(/^\s*200 |(?: https?:| ?\(| - ).*$/g, "")))),
    ]
      .filter(Boolean)
      .slice(0, 20),
    nameServers: normalServers(servers).filter((server) => server !== name),
  };
}

function registrarOf(fields: readonly Field[]): string | undefined {
  const inSection = fields.find(
    ({ label, section }) => section === "registrar" && /^(?:name|organi[sz]ation)$/.test(label),
  );
  const labelled = registrarLabels.flatMap(
    (label) => fields.find((field) => field.label === label && field.value !== "") ?? [],
  );
  const value = (inSection ?? labelled[0])?.value;
  return value === undefined || value === "" ? undefined : escapeControls(value).slice(0, 120);
}

/** The answer is about this domain, not an error about another. */
function hasDomain(fields: readonly Field[], name: string): boolean {
  return fields.some(
    ({ label, value }) => /domain|domaine|nombre de dominio/.test(label) && value.toLowerCase().startsWith(name),
  );
}

function lineOf(text: string, pattern: RegExp): string {
  const line = text.split("\n").find((each) => pattern.test(each)) ?? firstLine(text);
  return `the server answers "${shown(line)}"`;
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}

function shown(text: string): string {
  return escapeControls(text.trim()).slice(0, 160);
}

/** Server that a registry without dates of its own sends us on to: a registrar's, or IANA's word on a top-level domain. */
export function referralOf(text: string): string | undefined {
  const server =
    /^\s*(?:Registrar WHOIS Server|Whois Server|refer):\s*(?:whois:\/\/)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)\s*$/im.exec(
      text,
    )?.[1];
  return server?.toLowerCase();
}
