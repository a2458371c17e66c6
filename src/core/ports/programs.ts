export type ProgramRun = Readonly<{
  /** The program's absolute path and its arguments; no shell reads them. */
  command: readonly [program: string, ...args: string[]];
  /** The program has to lie in one of these, links followed, where not everybody may exchange it; absent: anywhere. */
  within?: readonly string[];
  stdin: string;
  /** Added to the few variables that programs need to run; nothing else of our own environment is passed on. */
  env: Readonly<Record<string, string>>;
  limitMs: number;
  /** Of stdout and of stderr; the program is killed when it writes more. */
  mostOutputBytes: number;
}>;

export type ProgramEnd =
  | Readonly<{ ok: true; exitCode: number; stdout: string; stderr: string }>
  /** `hasRun` says whether it may have done something. */
  | Readonly<{
      ok: false;
      reason: "not_found" | "permission" | "timeout" | "too_much_output" | "signal" | "failed";
      detail: string;
      hasRun: boolean;
    }>;

export interface Programs {
  /** Runs a program in a process group of its own, which is gone when the promise resolves; never throws for an expected failure. */
  run(run: ProgramRun, signal: AbortSignal): Promise<ProgramEnd>;
}
