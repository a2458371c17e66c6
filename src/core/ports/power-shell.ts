/** What a session of PowerShell is told first, and how it is asked afterwards. */
export type ShellScript = Readonly<{
  /** One line that defines what the questions call; equal ones share one process. */
  prelude: string;
  /** The line that asks; `number` tells the answers apart. */
  question(number: number, wanted: string): string;
  /** Whether a line of the output answers the question of this number; every other line is passed over. */
  isAnswer(line: string, number: number): boolean;
}>;

export type ShellAnswer =
  | Readonly<{ ok: true; line: string }>
  /** `slow`: it still works on this question; `busy`: on an earlier one; `resting`: it failed a short while ago. */
  | Readonly<{
      ok: false;
      reason: "not_found" | "slow" | "busy" | "resting" | "timeout" | "too_much_output" | "ended";
      detail: string;
    }>;

/** A use of a long-lived PowerShell. */
export interface ShellSession {
  /** Asks once and waits for at most `waitMs`; never throws for an expected failure, and never gives an earlier answer. */
  ask(wanted: string, waitMs: number, signal: AbortSignal): Promise<ShellAnswer>;
  /** Ends the process when nobody else uses it. */
  close(): void;
}

export interface PowerShell {
  /** Starts nothing before the first question; however many sessions have one script, there is at most one process for it. */
  open(script: ShellScript): ShellSession;
}
