import { OneShot } from "../app/one-shot.ts";
import type { Check } from "../core/checks/check.ts";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import type { Json } from "../core/json.ts";
import { writeText } from "../platform/files/text-files.ts";
import { probeKinds } from "../probes/index.ts";
import { type Command, textOption } from "./command.ts";
import { draftConfig } from "./draft-config.ts";
import { pageTitle } from "./page-title.ts";

const timeoutMs = 15_000;

/** Drafts a config for one site. */
export const init: Command = {
  name: "init",
  summary: "Drafts a config that watches a site and this machine; reads the site once for a keyword.",
  positionals: "<url>",
  options: {
    write: { type: "string", placeholder: "FILE", describe: "Write it into this new file instead of printing it." },
  },
  async run({ values, positionals, terminal }) {
    const [address, ...rest] = positionals;
    if (address === undefined || rest.length > 0)
      throw new AppError("ERR_USAGE", "Name the site: watchfire init https://shop.example.com/");
    const site = siteOf(address);
    const title = await readTitle(address);
    if (title === undefined) terminal.error(`warning: ${address} could not be read now, so the draft has no keyword`);
    const text = draftConfig(address, site, title);
    const file = textOption(values, "write");
    if (file === undefined) terminal.out(text.trimEnd());
    else {
      await writeText(file, text, true);
      terminal.out(`${file} is written. Next: watchfire validate --config ${file} && watchfire run --config ${file}`);
    }
    return exitCodes.ok;
  },
};

function siteOf(address: string): string {
  const host = URL.parse(address)?.hostname ?? "";
  if (host === "" || !/^https?:/i.test(address)) {
    throw new AppError("ERR_USAGE", `"${address}" is no http or https address.`, {
      hint: "For example: watchfire init https://shop.example.com/",
    });
  }
  const id = host
    .replace(/^www\./, "")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 63);
  return id === "" ? "site" : id;
}

/** Title of the page as the http probe reads it, in whatever charset it is written; undefined when it cannot be read. */
async function readTitle(address: string): Promise<string | undefined> {
  const kind = probeKinds.find((each) => each.kind === "http");
  if (kind === undefined) return undefined;
  const { canonical, display } = kind.locate(address);
  const target = { id: "init", address: canonical, display, labels: {} };
  // An expectation that fails makes the run keep the page as evidence.
  const options = { expect: { contains: ["\u0000watchfire init"] } };
  const oneShot = new OneShot(probeKinds);
  try {
    const { result } = await oneShot.run({ ...initCheck, targets: [target], options }, target);
    return pageTitle(bodyOf(result.evidence));
  } finally {
    await oneShot.close();
  }
}

const initCheck: Omit<Check, "targets" | "options"> = {
  id: "init",
  title: "init",
  probe: "http",
  tier: "application",
  severity: "critical",
  env: "init",
  labels: {},
  location: "default",
  schedule: { kind: "every", everyMs: 60_000 },
  jitterMs: 0,
  timeoutMs,
  failureThreshold: 1,
  successThreshold: 1,
  blindAfterMs: Number.MAX_SAFE_INTEGER,
};

function bodyOf(evidence: Json | undefined): string {
  const body = typeof evidence === "object" && evidence !== null && "body" in evidence ? evidence["body"] : "";
  return typeof body === "string" ? body : "";
}
