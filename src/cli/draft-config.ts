import { stringify } from "yaml";

/** Text of a config that watches one site and this machine; address and title are taken literally. */
export function draftConfig(address: string, site: string, title: string | undefined): string {
  const keyword = title === undefined ? {} : { contains: [literal(title)] };
  const body = stringify(
    {
      sites: { [site]: { url: literal(address), ...keyword } },
      hosts: { this: { local: true } },
    },
    { lineWidth: 0 },
  );
  return [
    "# Drafted by watchfire init. Check it with: watchfire validate --config <this file>",
    "# Without receivers and a route, alerts go to the daemon's log.",
    body,
  ].join("\n");
}

// A page may be titled `${file:/etc/passwd}`: what a stranger wrote must not be read as an interpolation.
function literal(text: string): string {
  return text.replaceAll("${", () => "$${");
}
