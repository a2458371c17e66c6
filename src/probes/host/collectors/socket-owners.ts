import type { HostSource } from "../collector.ts";

/** Looking through the open files of all processes takes long on a busy machine: so many in one reading, the rest in the next ones. */
const mostLinksPerReading = 2000;
/** A process that begins to hold a known socket is found after so many readings at the latest. */
const readingsPerPass = 20;
const listens = "0A";
const [addressColumn, stateColumn, inodeColumn] = [1, 3, 9];

type Holder = Readonly<{ id: string; link: string }>;
type Pass = { left: string[]; readonly found: Map<string, Holder[]> };

/** Ids of the processes that listen on each port; one on which nobody listens is left out. */
export type IdsByPort = ReadonlyMap<number, readonly string[] | "unseen">;

/** Finds who listens on these ports; asks the kernel nothing where there are none. */
export function idsOfPorts(ports: readonly number[], owners: SocketOwners, source: HostSource): IdsByPort {
  if (ports.length === 0) return new Map();
  const listeners = listenersOf(source);
  const sockets = ports.flatMap((port) => listeners.get(port) ?? []);
  const known = owners.idsOf(new Set(sockets), source);
  return new Map(
    ports.flatMap((port) => {
      const own = listeners.get(port);
      if (own === undefined) return [];
      const ids = [...new Set(own.flatMap((inode) => known.get(inode) ?? []))];
      return [[port, ids.length === 0 ? "unseen" : ids] as const];
    }),
  );
}

/**
 * Sockets that listen, by their TCP port. They stand first in the kernel's table, so that its head is enough however many connections
 * there are. @see https://docs.kernel.org/networking/proc_net_tcp.html
 */
function listenersOf(source: HostSource): ReadonlyMap<number, readonly string[]> {
  const sockets = new Map<number, string[]>();
  for (const text of [source.netHead("tcp"), source.netHead("tcp6")]) {
    for (const line of (text ?? "").split("\n").slice(1)) {
      const fields = line.trim().split(/\s+/);
      const [address, inode] = [fields[addressColumn], fields[inodeColumn]];
      if (fields[stateColumn] !== listens || address === undefined || inode === undefined) break;
      const port = Number.parseInt(address.slice(address.lastIndexOf(":") + 1), 16);
      sockets.set(port, [...(sockets.get(port) ?? []), inode]);
    }
  }
  return sockets;
}

/** Finds which processes hold sockets, as far as this one may look, a part of the machine in each reading. */
export class SocketOwners {
  #wanted = "";
  #holders: ReadonlyMap<string, readonly Holder[]> = new Map();
  #pass: Pass | undefined;
  #readingsLeft = 0;

  /** Ids of the processes known to hold each of these sockets. */
  idsOf(inodes: ReadonlySet<string>, source: HostSource): ReadonlyMap<string, readonly string[]> {
    const wanted = [...inodes].sort().join(" ");
    const isMissing = this.#dropGone(source);
    this.#readingsLeft -= 1;
    if (wanted !== this.#wanted || (this.#pass === undefined && (isMissing || this.#readingsLeft < 0))) {
      this.#wanted = wanted;
      this.#readingsLeft = readingsPerPass;
      this.#pass = { left: [...source.processIds()], found: new Map() };
    }
    if (this.#pass !== undefined && inodes.size > 0) this.#look(this.#pass, inodes, source);
    return new Map([...this.#holders].map(([inode, holders]) => [inode, holders.map(({ id }) => id)]));
  }

  #look(pass: Pass, inodes: ReadonlySet<string>, source: HostSource): void {
    for (let looked = 0; looked < mostLinksPerReading; ) {
      const id = pass.left.shift();
      if (id === undefined) break;
      for (const name of source.procNames(`${id}/fd`)) {
        looked += 1;
        const link = `${id}/fd/${name}`;
        const inode = inodeOf(source.procLink(link));
        if (inode === undefined || !inodes.has(inode)) continue;
        const known = pass.found.get(inode) ?? [];
        if (!known.some((holder) => holder.id === id)) pass.found.set(inode, [...known, { id, link }]);
      }
    }
    if (pass.left.length > 0) return;
    this.#holders = pass.found;
    this.#pass = undefined;
  }

  /** Whether one that was known does not hold its socket any more. */
  #dropGone(source: HostSource): boolean {
    const kept = [...this.#holders].map(([inode, holders]) => {
      return [inode, holders.filter(({ link }) => inodeOf(source.procLink(link)) === inode)] as const;
    });
    const isMissing = kept.some(([inode, holders]) => holders.length < (this.#holders.get(inode)?.length ?? 0));
    this.#holders = new Map(kept);
    return isMissing;
  }
}

function inodeOf(link: string | undefined): string | undefined {
  return /^socket:\[(\d+)\]$/.exec(link ?? "")?.[1];
}
