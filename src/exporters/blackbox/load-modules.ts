import { isAlias, isMap, isScalar, LineCounter, type Node, parseDocument, type YAMLError } from "yaml";
import type { ProbeKind } from "../../core/checks/probe.ts";
import { messageOf } from "../../core/errors.ts";
import { problemsOf } from "../../core/schema/problems.ts";
import { wordsFor } from "../../core/schema/words.ts";
import { GoDecoder, type GoRecord } from "./decode-go.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { fileType, moduleType } from "./module-types.ts";
import type { BlackboxModule, ModulesOutcome } from "./modules.ts";
import { textOf } from "./probers/client-options.ts";
import { probers } from "./probers/index.ts";
import type { Prober } from "./probers/prober.ts";

/** What a modules file needs to be read. */
export type ModulesRequest = Readonly<{
  text: string;
  kinds: readonly ProbeKind[];
  /** Reads files that modules name; throws when one cannot be read. */
  fileText(path: string): string;
}>;

const prefix = "error parsing config file: ";
const mostAliases = 100;

/** Reads `blackbox.yml` as strictly as its own program does, with its words; a module that Watchfire could only half do is refused, too. */
export function loadModules(request: ModulesRequest): ModulesOutcome {
  const lines = new LineCounter();
  const document = parseDocument(request.text, {
    lineCounter: lines,
    merge: true,
    schema: "yaml-1.1",
    uniqueKeys: false,
  });
  const [problem] = document.errors;
  if (problem !== undefined) {
    return { ok: false, error: `${prefix}yaml: line ${problem.linePos?.[0].line ?? 1}: ${wordsOf(problem)}` };
  }
  if (isNothing(document.contents)) return { ok: false, error: prefix + nothingIn(request.text) };
  let aliases = 0;
  let unknown: string | undefined;
  const decoder = new GoDecoder(lines, (node: Node) => {
    aliases += 1;
    if (aliases > mostAliases || !isAlias(node)) return undefined;
    const resolved = node.resolve(document);
    if (resolved === undefined) unknown ??= node.source;
    return resolved;
  });
  const file = decoder.decode(document.contents, fileType) as GoRecord | undefined;
  if (aliases > mostAliases) return { ok: false, error: `${prefix}yaml: document contains excessive aliasing` };
  if (unknown !== undefined) return { ok: false, error: `${prefix}yaml: unknown anchor '${unknown}' referenced` };
  if (decoder.faults.length > 0) {
    return { ok: false, error: `${prefix}yaml: unmarshal errors:\n  ${decoder.faults.join("\n  ")}` };
  }
  return translateAll((file?.["modules"] ?? {}) as GoRecord, request);
}

/** `---`, `null` or `modules:` with nothing behind it: what a failing deployment leaves behind takes no modules away. */
function isNothing(contents: unknown): boolean {
  if (!isMap(contents)) return contents === null || (isScalar(contents) && contents.value === null);
  const [pair, ...others] = contents.items;
  return pair !== undefined && others.length === 0 && String(pair.key) === "modules" && isNothing(pair.value);
}

/** Peers take what holds at least `---` or `null`, and then know no module. */
function nothingIn(text: string): string {
  const isEmpty = /^(?:\s*(?:#.*)?(?:\n|$))*$/.test(text);
  return isEmpty ? "EOF" : 'the file holds no modules; to have none, write "modules: {}"';
}

function wordsOf({ code, message }: YAMLError): string {
  if (code === "MULTIPLE_DOCS") return "a second document begins here; one is read";
  return message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "";
}

function translateAll(written: GoRecord, request: ModulesRequest): ModulesOutcome {
  const modules: BlackboxModule[] = [];
  const faults: string[] = [];
  for (const [name, value] of Object.entries(written)) {
    const section = value as GoRecord;
    const prober = probers.find((each) => each.prober === section["prober"]);
    if (prober === undefined) {
      faults.push(`prober '${textOf(section, "prober")}' is not valid`);
      continue;
    }
    const { options, problems } = translate(prober, section, request);
    if (problems.length > 0) {
      faults.push(...problems.map((problem) => `module "${name}": ${problem}`));
      continue;
    }
    const timeoutMs = typeof section["timeout"] === "number" ? section["timeout"] : 0;
    const shown = maskSecrets(section, moduleType);
    modules.push({ name, prober: prober.prober, timeoutMs, kind: prober.kind, options, shown });
  }
  return faults.length === 0
    ? { ok: true, modules }
    : { ok: false, error: faults.map((fault) => prefix + fault).join("\n") };
}

type Translated = Readonly<{ options: BlackboxModule["options"]; problems: readonly string[] }>;

function translate(prober: Prober, section: GoRecord, { kinds, fileText }: ModulesRequest): Translated {
  const problems: string[] = [];
  const own = (section[prober.prober] ?? {}) as GoRecord;
  const options = prober.translate(own, {
    fault: (message) => problems.push(message),
    fileText(path) {
      try {
        return fileText(path);
      } catch (error) {
        problems.push(`cannot read ${path}: ${messageOf(error)}`);
        return "";
      }
    },
  });
  if (problems.length > 0) return { options, problems };
  const parsed = kinds.find(({ kind }) => kind === prober.kind)?.options.safeParse(options, { error: wordsFor() });
  const found = parsed?.success === false ? problemsOf(parsed.error.issues) : [];
  return { options, problems: found.map(({ path, message }) => `${placeIn(prober, path)}: ${message}`) };
}

/** A path of the options as the module's author wrote it. */
function placeIn({ prober, keys = {} }: Prober, path: readonly (string | number)[]): string {
  const option = path.join(".");
  const renamed = Object.entries(keys).find(([from]) => option === from || option.startsWith(`${from}.`));
  const key = renamed === undefined ? option : renamed[1] + option.slice(renamed[0].length);
  return key === "" ? prober : `${prober}.${key}`;
}
