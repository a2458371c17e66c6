const revealed = new WeakMap<Secret, string>();

/** A value that never prints: JSON, inspection and string conversion give `<secret>`; only `reveal` gives the text. */
export class Secret {
  constructor(value: string) {
    revealed.set(this, value);
  }

  /** The secret text, for the one place that sends it. */
  reveal(): string {
    return revealed.get(this) ?? "";
  }

  toString(): string {
    return "<secret>";
  }

  toJSON(): string {
    return "<secret>";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "<secret>";
  }
}

/** Every secret text in some values, however deep. */
export function secretsIn(...values: readonly unknown[]): readonly string[] {
  const found: string[] = [];
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (value instanceof Secret) found.push(value.reveal());
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    const parts = value instanceof Map ? [...value.values()] : Object.values(value);
    for (const part of parts) visit(part);
  };
  for (const value of values) visit(value);
  return found;
}
