/** Returns the known name that is most likely meant by a misspelt one, or undefined when none is near. */
export function nearestName(misspelt: string, known: readonly string[]): string | undefined {
  if (misspelt.length > 100) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(misspelt.length / 3)) + 1;
  for (const name of known) {
    const distance = editDistance(misspelt, name);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Edits from one name to the other, each of a letter or of two neighbours that changed places (`titel`): optimal string alignment. */
function editDistance(from: string, to: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let left = 1; left <= from.length; left += 1) {
    const next = [left];
    for (let right = 1; right <= to.length; right += 1) {
      const substitution = (row[right - 1] ?? 0) + (from[left - 1] === to[right - 1] ? 0 : 1);
      const isSwap = left > 1 && right > 1 && from[left - 1] === to[right - 2] && from[left - 2] === to[right - 1];
      const swap = isSwap ? (before[right - 2] ?? 0) + 1 : substitution;
      next.push(Math.min(substitution, swap, (row[right] ?? 0) + 1, (next[right - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[to.length] ?? 0;
}
