import type { Check } from "../../../src/core/checks/check.ts";
import type { Result } from "../../../src/core/checks/result.ts";

/** What the results of one check say by the plain reading of its thresholds: whether it is down, run by run. */
export class Reading {
  isDown = false;
  #measured: boolean[] = [];

  take({ verdict }: Result, check: Check): void {
    if (verdict === "unknown") return;
    this.#measured.push(verdict === "down");
    const { failureThreshold, successThreshold, failureWindow } = check;
    const runsAtEnd = (isDown: boolean): number =>
      this.#measured.length - (this.#measured.findLastIndex((each) => each !== isDown) + 1);
    const badOfWindow = this.#measured.slice(-(failureWindow ?? 0)).filter(Boolean).length;
    const isMet = failureWindow === undefined ? runsAtEnd(true) >= failureThreshold : badOfWindow >= failureThreshold;
    const isOver = runsAtEnd(false) >= successThreshold && !(failureWindow !== undefined && isMet);
    this.isDown = this.isDown ? !isOver : isMet && verdict === "down";
  }
}
