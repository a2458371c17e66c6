import { correlatingCompany } from "./correlating-company.ts";
import { holdingCompany } from "./holding-company.ts";
import { learningCompany } from "./learning-company.ts";
import { mutingCompany } from "./muting-company.ts";
import { personalCompany } from "./personal-company.ts";
import { ruledCompany } from "./ruled-company.ts";
import { smallCompany } from "./small-company.ts";
import type { Company } from "./steps.ts";

/** All companies of which stories are told, by what they have most of. */
export const companies: readonly Readonly<{ of: string; company: Company }>[] = [
  { of: "everything", company: smallCompany },
  { of: "causes", company: correlatingCompany },
  { of: "mutes", company: mutingCompany },
  { of: "rules", company: ruledCompany },
  { of: "persons", company: personalCompany },
  { of: "holds", company: holdingCompany },
  { of: "learners", company: learningCompany },
];
