import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../../dist/main.js", import.meta.url));
const pollMs = 50;
const answerMs = 10_000;
/** A rule may need a whole minute to complete and its interval on top. */
const patienceMs = 120_000;

/** Time that a test with daemons may take on a machine that has much else to do. */
export const slowMs = 2 * patienceMs;

/** Config as plain data: YAML takes JSON as it is. */
export type ConfigData = Readonly<Record<string, unknown>>;

export type CommandRun = Readonly<{ code: number; stdout: string; stderr: string }>;
export type LogRecord = Readonly<Record<string, unknown>>;
export type Exit = Readonly<{ code: number | null; signal: NodeJS.Signals | null }>;

/** Asks until the answer is neither false nor undefined. @throws {Error} naming what was awaited, when it never came. */
export async function until<T>(
  what: string | (() => string),
  ask: () => T | Promise<T>,
): Promise<Exclude<T, false | undefined>> {
  for (const endMs = Date.now() + patienceMs; ; ) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer as Exclude<T, false | undefined>;
    if (Date.now() > endMs) throw new Error(`waited in vain: ${typeof what === "string" ? what : what()}`);
    await sleep(pollMs);
  }
}

/** Below the ports that systems give to whoever asks for any, so that no connection and no other server gets one of them meanwhile. */
const ownPorts = { first: 10_240, count: 22_000 };

/** A port that nothing listened on a moment ago, and that is given to nobody who does not ask for it by number. */
export async function freePort(): Promise<number> {
  while (true) {
    const port = ownPorts.first + Math.floor(Math.random() * ownPorts.count);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

/** A temporary directory with a config and a data directory, and the daemons and commands that run on them. */
export class DaemonHome {
  readonly directory: string;
  readonly url: string;
  readonly #port: number;
  readonly #daemons: DaemonProcess[] = [];

  private constructor(directory: string, port: number) {
    this.directory = directory;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Makes the directory and writes the config; listener and store are added where the config does not name them. */
  static async create(config: ConfigData): Promise<DaemonHome> {
    const home = new DaemonHome(await mkdtemp(join(tmpdir(), "watchfire-daemon-")), await freePort());
    await home.configure(config);
    return home;
  }

  get configPath(): string {
    return join(this.directory, "watchfire.yaml");
  }

  get storePath(): string {
    return join(this.directory, "data", "watchfire.db");
  }

  /** Replaces the config file. */
  async configure(config: ConfigData, path = this.configPath): Promise<void> {
    await writeFile(path, this.configText(config));
  }

  /** The config as it stands in the file, with listener and store. */
  configText(config: ConfigData): string {
    const ground = {
      server: { listeners: { main: { listen: `127.0.0.1:${this.#port}` } } },
      storage: { path: this.storePath },
    };
    return JSON.stringify({ ...ground, ...config }, null, 2);
  }

  /** Starts the daemon and waits until it is ready. @throws {Error} with its last words when it ends instead. */
  async start(configPath = this.configPath, options: readonly string[] = []): Promise<DaemonProcess> {
    const daemon = this.launch(configPath, options);
    let told = "nothing listens";
    const isReady = async (): Promise<boolean> => {
      if (daemon.exit !== undefined) throw new Error(`the daemon ended instead of starting:\n${daemon.stderr}`);
      const answer = await daemon.get("/-/ready").catch(() => undefined);
      if (answer !== undefined) told = `${answer.status} ${await answer.text()}`;
      return answer?.status === 200;
    };
    await until(() => `the daemon is ready; it said ${told}, and in its log:\n${daemon.stderr}`, isReady);
    return daemon;
  }

  /** Starts the daemon and waits for nothing. */
  launch(configPath = this.configPath, options: readonly string[] = []): DaemonProcess {
    const words = [main, "run", "--config", configPath, ...options];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
    const daemon = new DaemonProcess(child, this);
    this.#daemons.push(daemon);
    return daemon;
  }

  /** Runs one command on the config to its end. */
  command(name: string, ...args: readonly string[]): Promise<CommandRun> {
    return runWatchfire(name, ...args, "--config", this.configPath);
  }

  /** The admin token of the daemon. */
  async adminToken(): Promise<string> {
    return (await readFile(join(this.directory, "data", "admin.token"), "utf8")).trim();
  }

  /** Kills what still runs and removes the directory. */
  async remove(): Promise<void> {
    for (const daemon of this.#daemons) await daemon.kill();
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Runs the command line to its end. */
export function runWatchfire(...args: readonly string[]): Promise<CommandRun> {
  return runWatchfireUnder([], ...args);
}

/** Runs the command line to its end under another program, such as one that takes rights away. */
export async function runWatchfireUnder(under: readonly string[], ...args: readonly string[]): Promise<CommandRun> {
  const [program = "", ...words] = [...under, process.execPath, main, ...args];
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const [code] = (await once(child, "close")) as [number | null];
  return { code: code ?? -1, stdout: stdout.text, stderr: stderr.text };
}

/** One running daemon: what it writes, how it ends, what it answers. */
export class DaemonProcess {
  readonly #child: ChildProcess;
  readonly #home: DaemonHome;
  readonly #stdout: Collected;
  readonly #stderr: Collected;
  readonly #closed: Promise<Exit>;
  exit: Exit | undefined;

  constructor(child: ChildProcess, home: DaemonHome) {
    this.#child = child;
    this.#home = home;
    this.#stdout = collect(child.stdout);
    this.#stderr = collect(child.stderr);
    this.#closed = new Promise((resolve) => {
      child.once("close", (code, signal) => {
        this.exit = { code, signal };
        resolve(this.exit);
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stdout(): string {
    return this.#stdout.text;
  }

  get stderr(): string {
    return this.#stderr.text;
  }

  /** Log events so far. @throws {SyntaxError} when a whole line is no JSON. */
  get log(): readonly LogRecord[] {
    const lines = this.stderr.split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as LogRecord);
  }

  /** Log records of one event. */
  events(message: string): readonly LogRecord[] {
    return this.log.filter((record) => record["message"] === message);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when the process has ended and all it wrote was read. */
  ended(): Promise<Exit> {
    return this.#closed;
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.#closed;
  }

  /** Asks it to stop and waits. */
  async stop(): Promise<Exit> {
    this.signal("SIGTERM");
    return this.#closed;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(this.#home.url + path, { headers, signal: AbortSignal.timeout(answerMs) });
  }

  async text(path: string): Promise<string> {
    return (await this.get(path)).text();
  }

  /** Values of the series of a metric whose line holds all the given label pairs; empty when there is none. */
  async values(metric: string, labels: Readonly<Record<string, string>> = {}): Promise<readonly number[]> {
    const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
    const lines = (await this.text("/metrics")).split("\n");
    return lines
      .filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `))
      .filter((line) => pairs.every((pair) => line.includes(pair)))
      .map((line) => Number(line.slice(line.lastIndexOf(" ") + 1)));
  }

  /** The answer that `watchfire status` shows. */
  async status(): Promise<DaemonStatus> {
    const token = await this.#home.adminToken();
    return (await (await this.get("/api/v1/status", { authorization: `Bearer ${token}` })).json()) as DaemonStatus;
  }

  /** Waits until a check is in a state, such as `down` or `up`. */
  async untilState(check: string, state: string): Promise<void> {
    await until(`${check} is ${state}`, async () => (await this.stateOf(check)) === state);
  }

  /** State of a check; `up` where the status has nothing against it. */
  async stateOf(check: string): Promise<string> {
    const { problems } = await this.status();
    return problems.find((problem) => problem.check === check)?.state ?? "up";
  }
}

export type DaemonStatus = Readonly<{
  problems: readonly Readonly<{ check: string; state: string; reason?: string }>[];
  outboxPending: number;
}>;

type Collected = { text: string };

function collect(stream: NodeJS.ReadableStream | null): Collected {
  const collected = { text: "" };
  stream?.setEncoding("utf8");
  stream?.on("data", (chunk: string) => {
    collected.text += chunk;
  });
  return collected;
}
