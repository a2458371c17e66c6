import type { Sample } from "../../../core/checks/metric.ts";
import type { StoredFile } from "../../../core/ports/stored-files.ts";
import { type Collected, type Collector, gauge, type HostSource, sample } from "../collector.ts";
import { textSamples } from "../text-samples.ts";

const scrapeError = gauge(
  "node_textfile_scrape_error",
  "1 if there was an error opening or reading a file, 0 otherwise",
  { history: true },
);
const modified = gauge("node_textfile_mtime_seconds", "Unixtime mtime of textfiles successfully read.", {
  labels: ["file"],
});
const mostFiles = 100;
const mostFileBytes = 1024 * 1024;
const mostSamples = 5000;

/** `troubles` count as errors, other notes do not. */
type Gathered = { samples: Sample[]; troubles: string[]; notes: string[] };

/** Metrics that programs of the machine leave in files (`*.prom`); a file that is not understood counts for nothing. */
export const textfile: Collector = {
  name: "textfile",
  metrics: [scrapeError, modified],
  open:
    ({ textfile_directory: directory }) =>
    async (source) => {
      const gathered: Gathered = { samples: [], troubles: [], notes: [] };
      if (directory !== "") await gather(directory, source, gathered);
      return resultOf(gathered);
    },
};

function resultOf({ samples, troubles, notes }: Gathered): Collected {
  const error = sample(scrapeError.name, troubles.length === 0 ? 0 : 1);
  return { ok: true, samples: [...samples, error], notes: [...troubles, ...notes] };
}

/** A directory that does not answer is not read, so that it takes no more than one thread. */
async function gather(directory: string, source: HostSource, into: Gathered): Promise<void> {
  const facts = await source.filesystem(directory);
  if (facts === "late") {
    into.notes.push(`${directory} has not answered yet; this run is without its files`);
    return;
  }
  if (typeof facts === "string") {
    into.troubles.push(`${directory} cannot be read`);
    return;
  }
  const found = await source.stored.find(`${directory}/*.prom`, mostFiles);
  if (!found.ok) {
    into.troubles.push(found.detail);
    return;
  }
  if (!found.isComplete) into.troubles.push(`${directory} has more than ${mostFiles} files; the others are not read`);
  for (const file of found.files) {
    if (source.signal.aborted) return;
    await gatherFile(file, source, into);
  }
}

async function gatherFile({ path, modifiedAtMs }: StoredFile, source: HostSource, into: Gathered): Promise<void> {
  const text = await source.stored.text(path, mostFileBytes);
  if (!text.ok) {
    into.troubles.push(text.detail);
    return;
  }
  const read = textSamples(text.value, mostSamples - into.samples.length);
  if (!read.ok) {
    into.troubles.push(`${path}: ${read.detail}`);
    return;
  }
  if (!read.isComplete)
    into.troubles.push(`${path}: more than ${mostSamples} samples of all files; the rest is left out`);
  into.samples.push(...read.samples);
  into.samples.push(
    sample(modified.name, Math.floor(modifiedAtMs / 1000), { file: path.slice(path.lastIndexOf("/") + 1) }),
  );
}
