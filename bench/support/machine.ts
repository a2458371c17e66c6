import { execFileSync } from "node:child_process";
import { cpus, loadavg, release, totalmem } from "node:os";
import { peerPath } from "./peers.ts";

/** The machine that measured, as lines for people: without them no figure says anything. */
export function machineFacts(): readonly string[] {
  const [first] = cpus();
  const memoryGib = (totalmem() / 1024 ** 3).toFixed(0);
  const load = loadavg()[0] ?? 0;
  return [
    `${cpus().length} cores ${first?.model ?? "of unknown make"}, ${memoryGib} GiB, Linux ${release()}`,
    `Node ${process.version}, OpenSSL ${process.versions.openssl}, load before the run ${load.toFixed(2)}`,
    `peers: ${peerVersions().join(", ")}`,
    new Date().toISOString(),
  ];
}

const versionArguments: Readonly<Record<string, readonly string[]>> = {
  nginx: ["-v"],
  prometheus: ["--version"],
  "prometheus-blackbox-exporter": ["--version"],
  "prometheus-node-exporter": ["--version"],
};

function peerVersions(): readonly string[] {
  return Object.entries(versionArguments).map(([binary, args]) => {
    const path = peerPath(binary);
    return path === undefined ? `${binary} missing` : `${binary} ${versionOf(path, args)}`;
  });
}

function versionOf(path: string, args: readonly string[]): string {
  // Some print their version on the error channel.
  const text = execFileSync("sh", ["-c", '"$0" "$@" 2>&1', path, ...args], { encoding: "utf8" });
  return /\d+\.\d+\.\d+/.exec(text)?.[0] ?? "of unknown version";
}
