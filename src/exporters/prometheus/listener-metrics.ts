import { Gauge, type Registry } from "prom-client";

/** What the daemon's own listeners show. */
export class ListenerMetrics {
  readonly #expiry: Gauge;
  readonly #reloadOk: Gauge;
  readonly #reloadAt: Gauge;

  constructor(registry: Registry) {
    const gauge = (name: string, help: string) =>
      new Gauge({ name, help, labelNames: ["listener"], registers: [registry] });
    this.#expiry = gauge("watchfire_listener_certificate_expiry_timestamp_seconds", "End of the certificate in use.");
    this.#reloadOk = gauge(
      "watchfire_listener_certificate_last_reload_successful",
      "1 when the listener's certificate files could be used at the last look.",
    );
    this.#reloadAt = gauge(
      "watchfire_listener_certificate_last_reload_success_timestamp_seconds",
      "When the listener's certificate files were last looked at with success.",
    );
  }

  /** The files were read and are in use. */
  certificateRead(listener: string, expiresAtMs: number, nowMs: number): void {
    this.#expiry.labels(listener).set(expiresAtMs / 1000);
    this.#reloadOk.labels(listener).set(1);
    this.#reloadAt.labels(listener).set(nowMs / 1000);
  }

  /** The files cannot be used; what was in use stays. */
  certificateRefused(listener: string): void {
    this.#reloadOk.labels(listener).set(0);
  }
}
