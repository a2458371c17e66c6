import type { RuleKind } from "../../core/alerting/rule-kind.ts";
import { absence } from "./absence/absence.ts";
import { compare } from "./compare/compare.ts";
import { predict } from "./predict/predict.ts";
import { ratio } from "./ratio/ratio.ts";
import { threshold } from "./threshold/threshold.ts";

/** Every kind of rule; adding one takes its folder and two lines here. */
export const ruleKinds: readonly RuleKind[] = [absence, compare, predict, ratio, threshold];
