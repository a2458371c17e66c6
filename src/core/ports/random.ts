/** Source of randomness; tests use a seeded one. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
}

/** Source of unique ids (UUIDv4 text). */
export interface IdSource {
  next(): string;
}
