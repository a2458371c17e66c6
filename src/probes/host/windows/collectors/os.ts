import { gauge, sample } from "../../collector.ts";
import type { WindowsCollector } from "../collector.ts";

const info = gauge("windows_os_info", "Contains full product name & version in labels.", {
  labels: ["product", "version", "major_version", "minor_version", "build_number"],
});

/** Name and version of the system. */
export const os: WindowsCollector = {
  name: "os",
  metrics: [info],
  queries: [],
  open: () => (source) => {
    const { version: product, release } = source.facts.uname();
    const [major_version = "", minor_version = "", build_number = ""] = release.split(".");
    return {
      samples: [sample(info.name, 1, { product, version: release, major_version, minor_version, build_number })],
    };
  },
};
