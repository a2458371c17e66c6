import type { Json } from "../../../core/json.ts";
import type { GoRecord } from "../decode-go.ts";

/** What a translation is given besides its own section. */
export type TranslationScene = Readonly<{
  /** The text of a file that the section names; a file that cannot be read is a fault. */
  fileText(path: string): string;
  /** Tells what the section asks for and Watchfire does not do, or what peers refuse too. */
  fault(message: string): void;
}>;

type Options = Readonly<Record<string, Json>>;

/** A prober of blackbox_exporter and the probe kind that stands in for it. */
export type Prober = Readonly<{
  prober: string;
  kind: string;
  /** Keys of the section by the option they become, for messages; the others keep their name. */
  keys?: Readonly<Record<string, string>>;
  /** Turns the module's section into options of the kind. */
  translate(section: GoRecord, scene: TranslationScene): Options;
  /** Address of the kind for the `target` parameter. */
  address(target: string, options: Options): string;
  /** Takes in the `hostname` parameter; a text says why it does not fit. Absent: the parameter is ignored. */
  withHostname?(options: Options, hostname: string): Readonly<{ options: Options } | { conflict: string }>;
  /** Takes in the parameters `query_name` and `query_type`, empty where they are not given. Absent: they are ignored. */
  withQuestion?(options: Options, name: string, type: string): Options;
}>;
