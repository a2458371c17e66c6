/** Whom a reference of the config names. */
export type ReachReference =
  | Readonly<{ kind: "receiver"; receiver: string }>
  | Readonly<{ kind: "person"; person: string }>
  | Readonly<{ kind: "oncall"; schedule: string; ahead: number }>;

/** Reads `receiver`, `person/<id>`, `oncall/<schedule>` or `oncall/<schedule>+<n>`; a text with a slash of any other form is undefined. */
export function parseReference(text: string): ReachReference | undefined {
  const [kind = "", name, ...more] = text.split("/");
  if (name === undefined) return { kind: "receiver", receiver: kind };
  if (more.length > 0 || name === "") return undefined;
  if (kind === "person") return { kind, person: name };
  if (kind !== "oncall") return undefined;
  const [, schedule = "", ahead = "0"] = /^(.+?)(?:\+([1-9]\d?))?$/.exec(name) ?? [];
  return { kind, schedule, ahead: Number(ahead) };
}
