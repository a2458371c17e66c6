import type { Finding } from "../../core/checks/finding.ts";
import type { Connection } from "../../core/net/connection.ts";
import {
  askPostgresForTls,
  beginsAsPostgres,
  readMysqlGreeting,
  refusesMysqlTls,
} from "../../core/net/database-tls.ts";
import { WireReader } from "../../core/net/wire-reader.ts";
import type { DatabaseSession } from "../../core/ports/databases.ts";
import type { Wire } from "../../core/ports/wires.ts";
import type { SqlOptions } from "./options.ts";

const beforeLogin = { limitBytes: 4096 };
const mysqlHead = 4;
const tlsRequestBytes = 32;
const mysqlTlsFlag = 0x08;

/** Carries bytes between a driver's process and the server, begins TLS where it is wanted, and stops a flood. */
export class ServerWay {
  readonly #connection: Connection;
  readonly #session: DatabaseSession;
  readonly #options: SqlOptions;
  #wire: Wire | undefined;
  #takenBytes = 0;
  #ownsLogin = false;
  #isShifted = false;
  /** How the server's part ended: too early, or with a flood. */
  finding: Finding | undefined;

  constructor(connection: Connection, session: DatabaseSession, options: SqlOptions) {
    this.#connection = connection;
    this.#session = session;
    this.#options = options;
  }

  /** Connects, and begins TLS where it comes first. */
  async open(): Promise<Finding | undefined> {
    const { dsn, driver, encryption, family, socket } = this.#options;
    const { host = "", port = 0 } = dsn ?? {};
    const wired =
      socket === undefined ? await this.#connection.dial(host, port, family) : await this.#connection.dialPath(socket);
    if (!wired.ok) return wired.finding;
    this.#wire = wired.wire;
    this.#connection.enter("dialogue");
    if (driver === "mysql") return this.#greet(wired.wire);
    if (encryption === "tls") return this.#securePostgres(wired.wire, host);
    void this.#carry(wired.wire);
    return undefined;
  }

  /** Sends what the driver says. */
  async send(bytes: Uint8Array): Promise<Finding | undefined> {
    const wire = this.#wire;
    if (wire === undefined) return undefined;
    if (this.#ownsLogin) {
      this.#ownsLogin = false;
      return this.#secureMysql(wire, bytes);
    }
    return wire.send(this.#isShifted ? this.#shifted(bytes) : bytes);
  }

  async #securePostgres(wire: Wire, host: string): Promise<Finding | undefined> {
    const refused = await askPostgresForTls(wire, new WireReader(wire, beforeLogin));
    if (refused !== undefined) return refused;
    const unsafe = await this.#connection.secure(this.#options.tls, host);
    if (unsafe === undefined) void this.#carry(wire);
    return unsafe;
  }

  async #greet(wire: Wire): Promise<Finding | undefined> {
    const greeting = await readMysqlGreeting(new WireReader(wire, beforeLogin));
    if ("finding" in greeting) return greeting.finding;
    this.#ownsLogin = this.#options.encryption === "tls";
    const refused = this.#ownsLogin ? refusesMysqlTls(greeting.packet) : undefined;
    if (refused !== undefined) return refused;
    this.#session.give(greeting.packet);
    if (!this.#ownsLogin) void this.#carry(wire);
    return undefined;
  }

  /**
   * MySQL begins TLS between greeting and login: the head of the driver's login, with the flag for TLS, asks for it, and the login follows
   * encrypted under the next number.
   * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_ssl_request.html
   */
  async #secureMysql(wire: Wire, login: Uint8Array): Promise<Finding | undefined> {
    const flagged = Uint8Array.from(login);
    flagged[mysqlHead + 1] = (flagged[mysqlHead + 1] ?? 0) | mysqlTlsFlag;
    const request = flagged.slice(0, mysqlHead + tlsRequestBytes);
    request.set([tlsRequestBytes, 0, 0, 1]);
    const unsent = await wire.send(request);
    if (unsent !== undefined) return unsent;
    const unsafe = await this.#connection.secure(this.#options.tls, this.#options.dsn?.host ?? "");
    if (unsafe !== undefined) return unsafe;
    this.#connection.enter("dialogue");
    this.#isShifted = true;
    void this.#carry(wire);
    return wire.send(this.#shifted(flagged));
  }

  /** Until the login is over, the driver's numbers lack the packet that it did not send; commands begin at zero again. */
  #shifted(packet: Uint8Array): Uint8Array {
    const number = packet[mysqlHead - 1] ?? 0;
    if (number === 0) this.#isShifted = false;
    else packet[mysqlHead - 1] = number + 1;
    return packet;
  }

  async #carry(wire: Wire): Promise<void> {
    for (;;) {
      const received = await wire.receive();
      if (!("bytes" in received)) {
        this.finding ??=
          "finding" in received
            ? received.finding
            : down("reset", "the database closed the connection before it had answered");
        return this.#session.giveEnd();
      }
      const isFirst = this.#takenBytes === 0;
      this.#takenBytes += received.bytes.length;
      if (isFirst && this.#options.driver === "postgres" && !beginsAsPostgres(received.bytes)) {
        return this.#giveUp("protocol", "the other end does not speak PostgreSQL's protocol");
      }
      if (this.#takenBytes > this.#options.max_bytes) {
        const detail = `the database sends more than ${this.#options.max_bytes} bytes, the limit of max_bytes`;
        return this.#giveUp("body_too_large", detail);
      }
      this.#session.give(received.bytes);
    }
  }

  #giveUp(reason: "protocol" | "body_too_large", detail: string): void {
    this.finding = down(reason, detail);
    this.#session.close();
  }
}

function down(reason: "protocol" | "body_too_large" | "reset", detail: string): Finding {
  return { is: "down", reason, phase: "dialogue", detail };
}
