import type { Finding } from "../../core/checks/finding.ts";
import { sample } from "../../core/checks/metric.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import type { CertificateFile } from "../../core/ports/certificate-files.ts";
import { chainEvidence } from "../../core/tls/chain-evidence.ts";
import { judgeCertificates } from "./judge.ts";
import { chainSamples } from "./metrics.ts";
import type { CertificateOptions } from "./options.ts";

const mostFindings = 50;
const mostShown = 10;
const mostSeries = 400;

/** Judges certificates that lie on this machine; whom they are signed by does not matter here. */
export async function lookAtFiles(
  options: CertificateOptions,
  io: ProbeIo,
  context: ProbeContext,
): Promise<Observation> {
  context.phase("local");
  const files = await io.certificateFiles.read(options.files ?? [], options.password?.reveal());
  const good = files.filter((file) => "certificates" in file);
  const samples = good.flatMap(({ certificates, path }) => chainSamples(certificates, path));
  return {
    findings: files.flatMap((file) => judge(options, file, context)).slice(0, mostFindings),
    samples: [sample("probe_certificate_files", good.length), ...distinct(samples).slice(0, mostSeries)],
    evidence: {
      files: good.slice(0, mostShown).map(({ path, certificates }) => ({ path, chain: chainEvidence(certificates) })),
    },
  };
}

function judge(options: CertificateOptions, file: CertificateFile, { startedAtMs }: ProbeContext): readonly Finding[] {
  if ("finding" in file) return [file.finding];
  const findings = judgeCertificates(options, file.certificates, startedAtMs);
  return findings.map((finding) => ({ ...finding, detail: `${file.path}: ${finding.detail}` }));
}

/** A file that two patterns name is shown once. */
function distinct<T>(samples: readonly T[]): readonly T[] {
  return [...new Map(samples.map((each) => [JSON.stringify(each), each])).values()];
}
