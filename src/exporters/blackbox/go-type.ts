/** Shape that a value of `blackbox.yml` has, in the words of the Go types that peers decode it into. */
export type GoType =
  | Readonly<{ is: "string" | "secret" | "bool" | "int" | "duration" | "size" | "regexp" }>
  | Readonly<{ is: "list" | "map"; of: GoType }>
  | GoStruct;

/** A struct; its name stands in the error for a key that it does not have. */
export type GoStruct = Readonly<{ is: "struct"; name: string; fields: Readonly<Record<string, GoType>> }>;

export const string: GoType = { is: "string" };
export const secret: GoType = { is: "secret" };
export const bool: GoType = { is: "bool" };
export const int: GoType = { is: "int" };
export const duration: GoType = { is: "duration" };
export const size: GoType = { is: "size" };
export const regexp: GoType = { is: "regexp" };

export function listOf(of: GoType): GoType {
  return { is: "list", of };
}

export function mapOf(of: GoType): GoType {
  return { is: "map", of };
}

/** A struct that decodes itself through a local type `plain`, as most of blackbox_exporter's do. */
export function struct(fields: GoStruct["fields"], name = "config.plain"): GoStruct {
  return { is: "struct", name, fields };
}
