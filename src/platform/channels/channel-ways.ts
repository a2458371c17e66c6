import { X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import { isDirect } from "../../core/no-proxy.ts";
import type { ChannelSettings } from "../../core/ports/channel-settings.ts";

/** Whom channels trust: absent context means the well-known roots; `problem` says why the file of own roots does not count. */
export type ChannelTrust = Readonly<{ context?: SecureContext; problem?: string }>;

const unreadable = "the file in `channels.ca` cannot be read or holds no PEM certificate";

/** The ways out that all channels share: the proxy in front of them, and roots beside the well-known ones. */
export class ChannelWays {
  #settings: ChannelSettings;
  #version = "";
  #trust: ChannelTrust = {};
  #reading: Promise<ChannelTrust> | undefined;

  constructor(settings: ChannelSettings = {}) {
    this.#settings = settings;
  }

  /** Uses other settings from the next request on; the file of roots is read again. */
  use(settings: ChannelSettings): void {
    this.#settings = settings;
    this.#version = "";
    this.#trust = {};
    this.#reading = undefined;
  }

  /** The proxy to an address for a channel that names none of its own. */
  proxyTo(url: URL): string | undefined {
    const { proxy, no_proxy: exceptions = [] } = this.#settings;
    return proxy === undefined || isDirect(url.hostname, exceptions) ? undefined : proxy.reveal();
  }

  /**
   * Whom to trust now. One context serves all connections until the file changes; while it cannot be read, what was read before counts,
   * and with nothing read the well-known roots: a lost file silences no public channel, and nothing is ever sent unverified.
   */
  trust(): Promise<ChannelTrust> {
    const { ca } = this.#settings;
    if (ca === undefined) return Promise.resolve({});
    if (this.#reading !== undefined) return this.#reading;
    const reading = this.#read(ca, this.#settings).finally(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    this.#reading = reading;
    return reading;
  }

  async #read(ca: string, settings: ChannelSettings): Promise<ChannelTrust> {
    const isOld = (): boolean => settings !== this.#settings;
    try {
      const { mtimeMs, ctimeMs, size, ino } = await stat(ca);
      const version = [ca, mtimeMs, ctimeMs, size, ino].join("\n");
      if (version === this.#version) return this.#trust;
      const roots = await readFile(ca, "utf8");
      const context = contextOf(roots);
      if (isOld()) return await this.trust();
      this.#trust = context === undefined ? { ...this.#trust, problem: unreadable } : { context };
      this.#version = version;
    } catch {
      if (isOld()) return await this.trust();
      this.#version = "";
      this.#trust = { ...this.#trust, problem: unreadable };
    }
    return this.#trust;
  }
}

const certificateForm = /-----BEGIN CERTIFICATE-----[\s\S]*?(?:-----END CERTIFICATE-----|$(?![\s\S]))/g;

/** @throws for a certificate that is broken, which OpenSSL would pass over in silence. */
function contextOf(pem: string): SecureContext | undefined {
  const roots = pem.match(certificateForm);
  if (roots === null) return undefined;
  const own = roots.map((root) => new X509Certificate(root).toString());
  return createSecureContext({ ca: [...getCACertificates("default"), ...own], minVersion: "TLSv1.2" });
}
