/** Label of a drill's alert that names the policy it tries. */
export const drillPolicyLabel = "drill_policy";
