import { type ConfigNode, type MapEntry, mapOf, type Place } from "../source/node.ts";

/** Turns a list of services into thresholds of the scrape probe: each has to run, on Windows or under systemd, and to be there. */
export function thresholdsOf({ keyPlace, node }: MapEntry): MapEntry {
  const services = node.kind === "list" ? node.items : [];
  const entries = services.map((service, index): readonly [string, MapEntry] => {
    const { place } = service;
    const name = service.kind === "scalar" ? String(service.value) : "";
    return [`must-run-${index + 1}`, { keyPlace: place, node: threshold(name, place) }];
  });
  return { keyPlace, node: mapOf(node.place, entries) };
}

function threshold(service: string, place: Place): ConfigNode {
  const scalar = (value: string | number): ConfigNode => ({ kind: "scalar", place, value });
  const entry = (node: ConfigNode): MapEntry => ({ keyPlace: place, node });
  const pattern = servicePattern(service);
  const series = [
    `windows_service_state{state="running",name=~"${pattern}"}`,
    `node_systemd_unit_state{state="active",name=~"${pattern}([.]service)?"}`,
  ];
  return mapOf(place, [
    ["title", entry(scalar(`service ${service} has to run`))],
    ["series", entry({ kind: "list", place, items: series.map(scalar) })],
    ["below", entry(mapOf(place, [["critical", entry(scalar(1))]]))],
    ["missing", entry(scalar("critical"))],
  ]);
}

/** Windows gives names in the case that whoever installed the service chose, and old exporters in lower case. */
export function servicePattern(service: string): string {
  return `(?i)${service.replaceAll(/[.$]/g, "[$&]").replaceAll("*", ".*")}`;
}
