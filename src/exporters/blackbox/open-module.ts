import { createHash } from "node:crypto";
import { ZodError } from "zod";
import type { ProbeKind, Target } from "../../core/checks/probe.ts";
import { messageOf } from "../../core/errors.ts";
import { remembered } from "../../core/remembered.ts";
import { problemsOf } from "../../core/schema/problems.ts";
import { wordsFor } from "../../core/schema/words.ts";
import type { BlackboxModule } from "./modules.ts";
import { probers } from "./probers/index.ts";
import type { Prober } from "./probers/prober.ts";

/** Prometheus asks for the same targets again and again; who asks for ever new ones gets no more memory than this. */
const mostTargets = 2000;

/** What a thread that probes runs; options are raw, as in a check. */
export type DoorModule = Readonly<{ probe: string; options: BlackboxModule["options"] }>;

/** A target as a thread that probes takes it: JSON, the same text for the same target. */
export type LocatedTarget = Readonly<{ targetText: string }> | Readonly<{ problem: string }>;

/** A module with what every scrape of it needs, made once. */
export class OpenModule {
  readonly module: BlackboxModule;
  /** Undefined for a prober that is none of ours. */
  readonly prober: Prober | undefined;
  readonly #moduleText: string;
  readonly #kind: ProbeKind | undefined;
  /** Reads a target's address, or says what is wrong with it. */
  readonly locate = remembered((address) => this.#read(address), mostTargets);

  constructor(module: BlackboxModule, kinds: readonly ProbeKind[]) {
    this.module = module;
    this.prober = probers.find((each) => each.prober === module.prober);
    this.#moduleText = textOf(module.kind, module.options);
    this.#kind = kinds.find((each) => each.kind === module.kind);
  }

  /** JSON of a `DoorModule`, with other options than the module's where a scrape has changed them. */
  textWith(options: BlackboxModule["options"] | undefined): string {
    return options === undefined ? this.#moduleText : textOf(this.module.kind, options);
  }

  /** What is wrong with options that parameters have changed; undefined when nothing is. */
  problemOf(options: BlackboxModule["options"]): string | undefined {
    const parsed = this.#kind?.options.safeParse(options, { error: wordsFor() });
    if (parsed?.success !== false) return undefined;
    const keys = this.prober?.keys ?? {};
    const problems = problemsOf(parsed.error.issues);
    return problems.map(({ path, message }) => `${keys[path.join(".")] ?? path.join(".")}: ${message}`).join("; ");
  }

  #read(address: string): LocatedTarget {
    const kind = this.#kind;
    try {
      const { canonical, display } = kind?.locate(address) ?? { canonical: address, display: address };
      const id = createHash("sha256").update(`${this.module.kind} ${canonical}`).digest("hex").slice(0, 16);
      const target: Target = { id, address: canonical, display, labels: {} };
      return { targetText: JSON.stringify(target) };
    } catch (error) {
      if (error instanceof ZodError) return { problem: error.issues.map(({ message }) => message).join("; ") };
      return { problem: messageOf(error) };
    }
  }
}

function textOf(probe: string, options: BlackboxModule["options"]): string {
  return JSON.stringify({ probe, options } satisfies DoorModule);
}
