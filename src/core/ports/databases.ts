export const databaseDrivers = ["postgres", "mysql", "sqlite"] as const;
export type DatabaseDriver = (typeof databaseDrivers)[number];

/** What a session asks, and how much it may take. */
export type DatabaseJob = Readonly<{
  driver: DatabaseDriver;
  /** Over the network. */
  login?: Readonly<{ user: string; password: string; database: string; isEncrypted: boolean }>;
  /** File of an embedded database. */
  path?: string;
  queries: readonly string[];
  /** Limit of one statement, which the server is told, too. */
  statementLimitMs: number;
  /** Rows of one query that are kept. */
  mostRows: number;
  /** Text of all rows that is kept. */
  mostBytes: number;
}>;

/** Cells as text; null is none. */
export type DatabaseRow = readonly (string | null)[];
export type DatabaseRows = Readonly<{
  columns: readonly string[];
  rows: readonly DatabaseRow[];
  /** There were more rows, or more text, than are kept. */
  isCut: boolean;
  tookMs: number;
}>;
/** What the database says when it refuses: its code, and text that is not ours. */
export type DatabaseRefusal = Readonly<{ code: string; message: string }>;

export type DatabaseEvent =
  /** The driver is loaded, and waits for bytes or begins. */
  | Readonly<{ kind: "ready" }>
  | Readonly<{ kind: "send"; bytes: Uint8Array }>
  | Readonly<{ kind: "open" }>
  | Readonly<{ kind: "rows"; query: number; rows: DatabaseRows }>
  | Readonly<{ kind: "refused"; query: number | undefined; refusal: DatabaseRefusal }>
  /** The package is not installed. */
  | Readonly<{ kind: "missing"; install: string }>
  /** The driver could not make sense of what came, or its process ended. */
  | Readonly<{ kind: "broken"; detail: string }>
  /** No process could be started. */
  | Readonly<{ kind: "unstarted"; detail: string }>
  | Readonly<{ kind: "end" }>;

/** One session of a driver. It has no network of its own: it says what to send, and is given what came. */
export interface DatabaseSession {
  /** The next event; after `missing`, `unstarted`, `broken` and `end` there is none, and after `close` only `end`. */
  next(): Promise<DatabaseEvent>;
  give(bytes: Uint8Array): void;
  /** The other end is done. */
  giveEnd(): void;
  /** Ends the driver, whatever it is doing. */
  close(): void;
}

export interface Databases {
  /** Starts a driver in a process of its own, which is gone when the session is closed or the signal aborts; never throws for an expected failure. */
  open(job: DatabaseJob, signal: AbortSignal): DatabaseSession;
}
