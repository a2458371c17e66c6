import type { Clock } from "../../core/ports/clock.ts";

const windowMs = 30_000;
const unrelatedNames = 3;
const mostNames = 64;

/** Tells a sick resolver from a sick name: sick when three unrelated names failed within 30 s and none was answered since. */
export class ServerHealth {
  readonly #failedMs = new Map<string, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes that a name was answered, be it by "no such name". */
  answered(): void {
    this.#failedMs.clear();
  }

  failed(name: string): void {
    const domain = domainOf(name);
    this.#failedMs.delete(domain);
    this.#failedMs.set(domain, this.#clock.monotonicMs());
    if (this.#failedMs.size <= mostNames) return;
    for (const oldest of this.#failedMs.keys()) {
      this.#failedMs.delete(oldest);
      return;
    }
  }

  /** True while the failures speak of the resolver, not of the names. */
  isSick(): boolean {
    const sinceMs = this.#clock.monotonicMs() - windowMs;
    let recent = 0;
    for (const atMs of this.#failedMs.values()) if (atMs > sinceMs) recent += 1;
    return recent >= unrelatedNames;
  }
}

/** The part of a name that one owner has: two labels, or three under a short second level such as `com.cn`. */
function domainOf(name: string): string {
  const labels = name.toLowerCase().split(".");
  const top = labels.at(-1) ?? "";
  const second = labels.at(-2) ?? "";
  return labels.slice(top.length === 2 && second.length <= 3 ? -3 : -2).join(".");
}
