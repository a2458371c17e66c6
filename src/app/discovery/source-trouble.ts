/** Trouble with a source of targets, in both languages. */
export type SourceTrouble = Readonly<{ en: string; zh: string }>;

const mostTold = 5;

/** A check's source cannot be read; `kept` targets stay, none are known when it is undefined. */
export function unreadable(check: string, kept: number | undefined, problem: string, more: number): SourceTrouble {
  const stays = kept === undefined ? "none are known" : `its last targets stay (${kept})`;
  const staysZh = kept === undefined ? "尚无已知目标" : `沿用上次的 ${kept} 个目标`;
  return {
    en: `the targets of ${check} cannot be read, ${stays}: ${problem}${andMore(more)}`,
    zh: `${check} 的目标列表读取失败,${staysZh}:${problem}${andMoreZh(more)}`,
  };
}

/** Some entries of a check's source are left out. */
export function incomplete(check: string, problem: string, more: number): SourceTrouble {
  return {
    en: `not all targets of ${check} are watched: ${problem}${andMore(more)}`,
    zh: `${check} 的部分目标未监测:${problem}${andMoreZh(more)}`,
  };
}

/** What is told of all checks together; undefined when all is well. */
export function joinTroubles(troubles: readonly SourceTrouble[]): SourceTrouble | undefined {
  if (troubles.length === 0) return undefined;
  const told = troubles.slice(0, mostTold);
  const rest = troubles.length - told.length;
  return {
    en: told.map(({ en }) => en).join("; ") + (rest > 0 ? `; and ${rest} more checks` : ""),
    zh: told.map(({ zh }) => zh).join(";") + (rest > 0 ? `;另有 ${rest} 项检查` : ""),
  };
}

function andMore(more: number): string {
  return more > 0 ? `; and ${more} more` : "";
}

function andMoreZh(more: number): string {
  return more > 0 ? `;另有 ${more} 处` : "";
}
