/** Remembers what a pure function made of the latest texts, at most so many and none that is longer: the same targets come again and again. */
export function remembered<T>(make: (text: string) => T, most: number, longestChars = 1000): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > longestChars) return make(text);
    let made = known.get(text);
    if (made === undefined) {
      made = make(text);
      if (known.size >= most) known.clear();
      known.set(text, made);
    }
    return made;
  };
}
