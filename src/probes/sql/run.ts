import type { Finding } from "../../core/checks/finding.ts";
import { type Sample, sample } from "../../core/checks/metric.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { Connection } from "../../core/net/connection.ts";
import type { DatabaseEvent, DatabaseJob, DatabaseRows, DatabaseSession } from "../../core/ports/databases.ts";
import type { Deadline } from "../../core/ports/deadlines.ts";
import { formatDuration } from "../../core/time/duration.ts";
import { tlsSamples } from "../../core/tls/tls-samples.ts";
import { judgeRows } from "./judge-rows.ts";
import { queriesOf, type SqlOptions } from "./options.ts";
import { refusalFinding } from "./refusals.ts";
import { ServerWay } from "./server-way.ts";

const longestMs = 60_000;
const pulse = "SELECT 1";
const durationMetric = "probe_sql_duration_seconds";

/** Asks the database once, over a connection of its own, and judges what its rows say. */
export async function runSql(options: SqlOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  return new SqlRun(options, io, context).observe();
}

const lostConnection = /^(?:|PROTOCOL_CONNECTION_LOST|E[A-Z]+)$/;

class SqlRun {
  readonly #options: SqlOptions;
  readonly #io: ProbeIo;
  readonly #context: ProbeContext;
  readonly #connection: Connection;
  readonly #queries: ReturnType<typeof queriesOf>;
  readonly #statements: readonly string[];
  readonly #findings: Finding[] = [];
  readonly #samples: Sample[] = [];
  readonly #rows: Record<string, number> = {};
  readonly #limitMs: number;
  #way: ServerWay | undefined;
  #deadline: Deadline | undefined;
  #answers = 0;
  #beganMs: number | undefined;
  #openMs: number | undefined;
  #doneMs: number | undefined;

  constructor(options: SqlOptions, io: ProbeIo, context: ProbeContext) {
    this.#options = options;
    this.#io = io;
    this.#context = context;
    this.#connection = new Connection(io, context);
    this.#queries = queriesOf(options);
    const statements = Object.values(this.#queries).map(({ query }) => query);
    this.#statements = statements.length === 0 ? [pulse] : statements;
    this.#limitMs = Math.min(options.statement_timeout * this.#statements.length, longestMs);
  }

  async observe(): Promise<Observation> {
    const session = this.#io.databases.open(this.#job(), this.#context.signal);
    const ended = await this.#converse(session);
    session.close();
    this.#deadline?.end();
    const connection = this.#connection;
    connection.close();
    const findings = [...this.#findings, ...connection.judge(this.#options, ended)];
    const evidence = { remote: connection.remote?.address ?? null, rows: this.#rows };
    return { findings, samples: this.#allSamples(), ...(findings.length === 0 ? {} : { evidence }) };
  }

  #job(): DatabaseJob {
    const { driver, path, statement_timeout: statementLimitMs } = this.#options;
    const login = this.#login();
    return {
      driver,
      ...(login === undefined ? {} : { login }),
      ...(path === undefined ? {} : { path }),
      queries: this.#statements,
      statementLimitMs,
      mostRows: this.#options.max_rows,
      mostBytes: this.#options.max_bytes,
    };
  }

  #login(): DatabaseJob["login"] {
    const { dsn, driver, username, password, encryption, socket } = this.#options;
    if (dsn === undefined) return undefined;
    const user = username ?? dsn.user;
    return {
      user,
      password: (password ?? dsn.password).reveal(),
      database: dsn.database === "" && driver === "postgres" ? user : dsn.database,
      isEncrypted: encryption === "tls" || socket !== undefined,
    };
  }

  async #converse(session: DatabaseSession): Promise<Finding | undefined> {
    // Our own time: the driver waits for its turn and is loaded.
    this.#context.phase("local");
    const first = await session.next();
    if (first.kind !== "ready") return this.#take(first);
    if (this.#options.driver === "sqlite") this.#limit(session);
    else this.#way = new ServerWay(this.#connection, session, this.#options);
    const unreached = await this.#way?.open();
    if (unreached !== undefined) return unreached;
    this.#connection.enter("dialogue");
    this.#beganMs = this.#io.monotonicMs();
    for (;;) {
      const event = await session.next();
      const ended = event.kind === "send" ? await this.#way?.send(event.bytes) : this.#take(event);
      // Once everything is answered, how the connection ends says nothing more.
      if (this.#answers === this.#statements.length) return undefined;
      if (ended !== undefined) return ended;
    }
  }

  /** Nothing within SQLite ends a statement; its process is ended. */
  #limit(session: DatabaseSession): void {
    this.#deadline = this.#io.deadlines.within(this.#limitMs, this.#context.signal);
    this.#deadline.signal.addEventListener("abort", () => session.close(), { once: true });
  }

  #take(event: DatabaseEvent): Finding | undefined {
    const { driver } = this.#options;
    switch (event.kind) {
      case "open":
        this.#openMs = this.#io.monotonicMs();
        return undefined;
      case "rows":
        this.#answered();
        this.#judge(event.query, event.rows);
        return undefined;
      case "refused":
        return this.#refused(event);
      case "missing":
        return unknown("driver_missing", `the driver of ${driver} is not installed: ${event.install}`);
      case "unstarted":
        return unknown("local_resources", `the driver of ${driver} could not be started: ${event.detail}`);
      case "broken":
        return this.#way?.finding ?? down("protocol", `the driver of ${driver} gave up: ${event.detail}`);
      case "end":
        return this.#way?.finding ?? down("timeout", `no answer within ${formatDuration(this.#limitMs)}`);
      case "ready":
      case "send":
        return undefined;
    }
  }

  #answered(): void {
    this.#answers += 1;
    this.#doneMs = this.#io.monotonicMs();
  }

  #judge(index: number, rows: DatabaseRows): void {
    const [id, query] = Object.entries(this.#queries)[index] ?? [];
    if (id === undefined || query === undefined) return;
    const { findings, samples } = judgeRows(id, query, rows);
    this.#findings.push(...findings);
    this.#samples.push(...samples);
    this.#rows[id] = rows.rows.length;
  }

  /** Where the connection was lost, that says more than what the driver makes of it. */
  #refused({ query, refusal }: Extract<DatabaseEvent, { kind: "refused" }>): Finding | undefined {
    if (lostConnection.test(refusal.code) && this.#way?.finding !== undefined) return this.#way.finding;
    const id = query === undefined ? undefined : (Object.keys(this.#queries)[query] ?? pulse);
    const finding = refusalFinding(this.#options.driver, refusal, id);
    if (query === undefined) return finding;
    this.#answered();
    this.#findings.push(finding);
    return undefined;
  }

  #allSamples(): readonly Sample[] {
    const { tls } = this.#connection;
    const phases = this.#options.driver === "sqlite" ? [] : (["resolve", "connect", "tls"] as const);
    return [
      ...(this.#way === undefined ? [] : this.#connection.remoteSamples()),
      ...this.#connection.durations(durationMetric, phases),
      ...span("login", this.#beganMs, this.#openMs),
      ...span("query", this.#openMs, this.#doneMs),
      ...this.#samples,
      ...(tls === undefined ? [] : tlsSamples(tls)),
    ];
  }
}

function span(phase: string, fromMs: number | undefined, toMs: number | undefined): readonly Sample[] {
  return fromMs === undefined || toMs === undefined ? [] : [sample(durationMetric, (toMs - fromMs) / 1000, { phase })];
}

function down(reason: "protocol" | "timeout", detail: string): Finding {
  return { is: "down", reason, phase: "dialogue", detail };
}

function unknown(reason: "driver_missing" | "local_resources", detail: string): Finding {
  return { is: "unknown", reason, detail };
}
