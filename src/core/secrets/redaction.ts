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

  /** As `apply`, for what may have been cut: beginnings of secrets at the end and before an ellipsis are replaced, too. */
  readonly applyToCut = (text: string): string => this.apply(text).split("…").map(this.#withoutBeginning).join("…");

  readonly #withoutBeginning = (text: string): string => {
    let keptLength = text.length;
    for (const secret of this.#secrets) keptLength = Math.min(keptLength, text.length - beginningAtEnd(secret, text));
    return keptLength === text.length ? text : `${text.slice(0, keptLength)}<secret>`;
  };
}

/** Length of the longest beginning of the secret that the text ends with; 0 where it is shorter than a secret. */
function beginningAtEnd(secret: string, text: string): number {
  for (let length = Math.min(secret.length, text.length); length >= shortestSecret; length -= 1)
    if (text.endsWith(secret.slice(0, length))) return length;
  return 0;
}
