import type { Finding } from "../checks/finding.ts";
import type { CertificateFacts } from "./tls.ts";

/** A file of certificates in the order they stand there, or why it shows none. */
export type CertificateFile = Readonly<
  { path: string; certificates: readonly CertificateFacts[] } | { path: string; finding: Finding }
>;

export interface CertificateFiles {
  /**
   * Reads certificates from PEM, DER and PKCS#12 files, at most 200. A pattern is a path, a glob, or a directory, in
   * which files without a certificate are passed over; symbolic links are followed, and what is no regular file is not read.
   * Never throws for an expected failure; a pattern that finds nothing is a finding of its own.
   */
  read(patterns: readonly string[], password: string | undefined): Promise<readonly CertificateFile[]>;
}
