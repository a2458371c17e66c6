import type { Probe } from "../core/checks/probe.ts";

/** A probe that several subjects share; it is closed when it is retired and its last run has ended. */
export class OpenProbe {
  readonly probe: Probe;
  #runs = 0;
  #retired = false;

  constructor(probe: Probe) {
    this.probe = probe;
  }

  /** A run uses the probe. */
  hold(): void {
    this.#runs += 1;
  }

  /** The run has ended. */
  release(): void {
    this.#runs -= 1;
    if (this.#retired) void this.#closeWhenUnused();
  }

  /** Nobody will hold the probe again. */
  retire(): Promise<void> {
    this.#retired = true;
    return this.#closeWhenUnused();
  }

  async #closeWhenUnused(): Promise<void> {
    if (this.#runs > 0) return;
    try {
      await this.probe.close();
    } catch {
      // A unit that cannot close leaks what it holds; the other checks of this thread must not pay for it.
    }
  }
}

/** Opens a probe; one that does not open tells so in every run instead of taking the other checks down with it. */
export function openProbe(open: () => Probe): OpenProbe {
  try {
    return new OpenProbe(open());
  } catch (error) {
    return new OpenProbe({ run: () => Promise.reject(error), close: () => Promise.resolve() });
  }
}
