const service = (key: string): string => `services.<id>.${key}`;
const homes: Readonly<Record<string, string>> = {
  owner: service("owner"),
  needs: service("needs"),
  redundancy: service("redundancy"),
  runbook: service("runbook"),
  links: service("links"),
  mappings: "correlation.mappings",
  floor: "correlation.floor",
  skew: "correlation.skew",
  grace: "correlation.grace",
  depends_on: "checks.<id>.depends_on or rules.<id>.depends_on",
  target: "checks.<id>.target",
  expect: "checks.<id>.expect",
  images: "sites.<id>.images",
  disks: "hosts.<id>.disks",
  must_run: "hosts.<id>.must_run",
  overrides: "rules.<id>.overrides",
  group_by: "route.group_by",
  group_wait: "route.group_wait",
  routes: "route.routes",
  receiver: "route.receiver",
  fallback: "receivers.<id>.fallback",
  deliver_within: "receivers.<id>.deliver_within",
  steps: "policies.<id>.steps",
  members: "schedules.<id>.members",
  layers: "schedules.<id>.layers",
  shadows: "schedules.<id>.shadows",
  reach: "people.<id>.reach",
  proxy: "channels.proxy",
  ca: "channels.ca",
};

/** Where a key belongs that stands at the top of a config by mistake; undefined for keys of no one place. */
export function homeOf(key: string): string | undefined {
  return Object.hasOwn(homes, key) ? homes[key] : undefined;
}
