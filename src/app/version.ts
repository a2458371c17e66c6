import packageJson from "../../package.json" with { type: "json" };

/** Version of this Watchfire. */
export function version(): string {
  return packageJson.version;
}
