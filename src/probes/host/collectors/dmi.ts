import { absent, type Collector, collected, gauge, sample } from "../collector.ts";

const fields = [
  "bios_date",
  "bios_release",
  "bios_vendor",
  "bios_version",
  "board_asset_tag",
  "board_name",
  "board_serial",
  "board_vendor",
  "board_version",
  "chassis_asset_tag",
  "chassis_serial",
  "chassis_vendor",
  "chassis_version",
  "product_family",
  "product_name",
  "product_serial",
  "product_sku",
  "product_uuid",
  "product_version",
  "system_vendor",
];
const fileOf = (field: string): string => `class/dmi/id/${field === "system_vendor" ? "sys_vendor" : field}`;
const info = gauge(
  "node_dmi_info",
  `A metric with a constant '1' value labeled by ${fields.join(", ")} if provided by DMI.`,
  { labels: fields },
);

/** Maker and model of the machine, read once; serial numbers only where the daemon may read them. */
export const dmi: Collector = {
  name: "dmi",
  metrics: [info],
  open() {
    let known: Readonly<Record<string, string>> | undefined;
    return (source) => {
      known ??= Object.fromEntries(
        fields.flatMap((field) => {
          const text = source.sys(fileOf(field));
          return text === undefined ? [] : [[field, text.trim()]];
        }),
      );
      return Object.keys(known).length === 0 ? absent("DMI") : collected([sample(info.name, 1, known)]);
    };
  },
};
