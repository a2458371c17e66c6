const shortestSecret = 6;

/** Remembers secret texts and replaces them anywhere in outgoing text, so that no error message or URL can carry one out. */
export class Redaction {
  readonly #secrets = new Set<string>();
  #pattern: RegExp | undefined;

  /** Registers a secret; texts shorter than six characters are not replaced, since they would maim ordinary words. */
  add(secret: string): void {
    if (secret.length < shortestSecret || this.#secrets.has(secret)) return;
    this.#secrets.add(secret);
    this.#secrets.add(encodeURIComponent(secret));
    this.#pattern = undefined;
  }

  readonly apply = (text: string): string => {
    if (this.#secrets.size === 0) return text;
    this.#pattern ??= new RegExp(
      [...this.#secrets]
        .sort((a, b) => b.length - a.length)
        .map(RegExp.escape)
        .join("|"),
      "g",
    );
    return text.replace(this.#pattern, "<secret>");
  };
}
