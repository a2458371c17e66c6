import type { TestContext } from "vitest";
import { type ConfigData, DaemonHome } from "../daemons/daemon-process.ts";
import { ChatServer, type ScriptedAnswer } from "../servers/chat-server.ts";

/** Answers of a target that works. */
export const good = { status: 200, body: "ok" } as const;
/** Answers of a target that is down. */
export const broken = { status: 502, body: "bad gateway" } as const;

/** What one test starts; all of it ends with the test, so that tests of a file can run beside each other. */
export class DaemonWorld {
  readonly #context: TestContext;

  constructor(context: TestContext) {
    this.#context = context;
  }

  /** A scripted HTTP server: a target or a chat. */
  async server(...script: readonly ScriptedAnswer[]): Promise<ChatServer> {
    const server = await ChatServer.start(...script);
    this.#context.onTestFinished(() => server.stop());
    return server;
  }

  /** A place for daemons with this config; those that still run are killed in the end. */
  async home(config: ConfigData): Promise<DaemonHome> {
    const home = await DaemonHome.create(config);
    this.#context.onTestFinished(() => home.remove());
    return home;
  }
}
