import type { TargetsFrom } from "../../config/discovery/targets-from-schema.ts";
import type { TargetSource } from "../../core/ports/target-source.ts";
import { createResolver } from "../dns/resolver.ts";
import { DnsTargets } from "./dns-targets.ts";
import { FileTargets } from "./file-targets.ts";
import { HttpTargets, type HttpTargetsPorts } from "./http-targets.ts";

/** Opens a check's source of targets; relative files stand beside `directory`. Opening reads nothing. */
export function openTargetSource(from: TargetsFrom, directory: string, ports: HttpTargetsPorts): TargetSource {
  if (from.kind === "file") return new FileTargets(from, directory);
  if (from.kind === "http") return new HttpTargets(from, ports);
  const { servers } = from;
  const resolver = servers === undefined ? ports.resolver : createResolver({ clock: ports.clock, servers });
  return new DnsTargets(from, resolver);
}
