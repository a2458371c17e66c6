import type { Statement } from "better-sqlite3";
import type { Fence } from "../../core/store.ts";
import type { Session } from "./session.ts";

/** The newest lease seen of each shard: a writer with an older epoch, or another lease of the same epoch, is fenced off. */
export class FencesTable {
  readonly #select: Statement<[number], { epoch: string; lease_id: string }>;
  readonly #replace: Statement;

  constructor({ db }: Session) {
    this.#select = db.prepare("SELECT epoch, lease_id FROM shard_leases WHERE shard = ?");
    this.#replace = db.prepare("INSERT OR REPLACE INTO shard_leases (shard, epoch, lease_id) VALUES (?, ?, ?)");
  }

  /** True when the writer may go on; a newer epoch takes over. */
  admits({ shard, epoch, leaseId }: Fence): boolean {
    const held = this.#select.get(shard);
    const heldEpoch = held === undefined ? undefined : BigInt(held.epoch);
    if (heldEpoch !== undefined && epoch < heldEpoch) return false;
    if (heldEpoch === epoch) return held?.lease_id === leaseId;
    this.#replace.run(shard, epoch.toString(), leaseId);
    return true;
  }
}
