const mostCharacters = 24;

/** First value of the line that begins with `field`; the text is searched and not split, as some lines hold thousands of values. */
export function lineValue(text: string, field: string): string | undefined {
  const start = `${field} `;
  const isFirst = text.startsWith(start);
  const at = isFirst ? 0 : text.indexOf(`\n${start}`) + 1;
  if (at === 0 && !isFirst) return undefined;
  const from = at + start.length;
  const near = text.slice(from, from + mostCharacters);
  const end = near.search(/[ \n]/);
  return end < 0 ? near : near.slice(0, end);
}
