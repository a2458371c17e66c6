/**
 * Remembers what a pure function made of the latest texts, at most so many and none that is longer: the same targets come
 * again and again. Nothing is kept of a larger text that the text was cut out of.
 */
export function remembered<T>(make: (text: string) => T, most: number, longestChars = 1000): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > longestChars) return make(text);
    const made = known.get(text);
    // What was made may be undefined.
    if (made !== undefined || known.has(text)) return made as T;
    const own = copyOf(text);
    const fresh = make(own);
    if (known.size >= most) known.clear();
    known.set(own, fresh);
    return fresh;
  };
}

/** V8 keeps a part of a text as a pointer into the whole: a date of 29 letters would hold a header section of 64 KiB. */
function copyOf(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
