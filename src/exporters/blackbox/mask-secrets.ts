import type { Json } from "../../core/json.ts";
import type { GoRecord, GoValue } from "./decode-go.ts";
import type { GoType } from "./go-type.ts";

/** The value as people may see it: secrets as `<secret>`, passwords in addresses as `xxxxx`, durations with their unit. */
export function maskSecrets(value: GoValue, type: GoType): Json {
  switch (type.is) {
    case "secret":
      return value === "" ? "" : "<secret>";
    case "struct":
    case "map":
      return Object.fromEntries(
        Object.entries(value as GoRecord).flatMap(([key, inner]) => {
          const of = type.is === "struct" ? type.fields[key] : type.of;
          return of === undefined ? [] : [[key, maskSecrets(inner, of)]];
        }),
      );
    case "list":
      return (value as readonly GoValue[]).map((item) => maskSecrets(item, type.of));
    case "duration":
      return `${Number(value) / 1000}s`;
    case "string":
      return (value as string).replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#:@]*):[^/?#@]*@/i, "$1:xxxxx@");
    default:
      return value;
  }
}
