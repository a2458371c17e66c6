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
