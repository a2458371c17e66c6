import type { RulePack } from "../../../core/alerting/rule-pack.ts";
import { machineRules } from "../machine-rules.ts";
import { resourceRules } from "./resources.ts";
import { stateRules } from "./state.ts";

/** Health of Windows machines by the series of windows_exporter, under the names it has since 0.31. */
export const windows: RulePack = {
  id: "windows",
  title: { en: "Windows machines", zh: "Windows 主机" },
  onWith: "hosts",
  disks: {
    owns: (name) => /^[A-Z]:/i.test(name),
    label: "volume",
    filling: "WindowsDiskFillingUp",
    all: ["WindowsDiskFillingUp", "WindowsDiskAlmostOutOfSpace", "WindowsDiskQueue"],
  },
  services: ["WindowsServiceNotRunning"],
  rules: machineRules({ ...stateRules, ...resourceRules }),
};
