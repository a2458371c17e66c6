/** Columns of every table, for built queries; migrations make them. */
export interface Tables {
  subjects: { id: number; check_id: string; target: string; location: string; last_slot_ms: number; packed_id: number };
  results_tail: TailColumns;
  results_packed: PackedColumns;
  roll_ups_5m: { owner: number; hour_ms: number; body: Buffer };
  roll_ups_1h: { owner: number; hour_ms: number; body: Buffer };
  evidence: { id: number; subject: number; slot_ms: number; body: Buffer };
  missed: { subject: number; from_slot_ms: number; to_slot_ms: number; count: number; reason: string };
  check_states: { subject: number; last_slot_ms: number; body: string };
  rule_states: DocumentColumns;
  alerts: DocumentColumns;
  alert_groups: DocumentColumns;
  alerting_records: DocumentColumns;
  incidents: { id: string; status: string; changed_at_ms: number; body: string };
  alert_history: { id: number; fingerprint: string; at_ms: number; body: string };
  decisions: { id: number; subject: string; at_ms: number; body: string };
  deliveries: HistoryColumns;
  audit: HistoryColumns;
  outbox: {
    seq: number;
    id: string;
    dedup_key: string;
    destination: string;
    not_before_ms: number;
    lease_owner: string | null;
    lease_until_ms: number;
    urgent: number;
    give_up_ms: number;
    body: string;
  };
  outbox_ended: { id: number; dedup_key: string; at_ms: number };
  beginnings: { reader: string; fingerprint: string; at_ms: number; is_heard: number };
  shard_leases: { shard: number; epoch: string; lease_id: string };
  series: { id: number; key: string; metric: string; labels: string; packed_id: number };
  series_tail: TailColumns;
  series_packed: PackedColumns;
  ledgers: { name: string; packed_count: number };
}

type TailColumns = { id: number; owner: number; at_ms: number; body: Buffer };
type PackedColumns = { owner: number; from_ms: number; first_id: number; to_ms: number; count: number; body: Buffer };
type DocumentColumns = { key: string; body: string };
type HistoryColumns = { id: number; at_ms: number; body: string };
