import type { RuleKind } from "../../core/rule-kind.ts";
import { threshold } from "./threshold/threshold.ts";

/** Every kind of rule; adding one takes its folder and two lines here. */
export const ruleKinds: readonly RuleKind[] = [threshold];
