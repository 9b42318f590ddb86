import type { Text } from "../schema.js";

/** Edits between two words, counting a swap of neighbours as one. */
function edits(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(replace, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    before = above;
    above = row;
  }
  return above[b.length] ?? 0;
}

/** The name somebody most likely meant, or undefined when none is close. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  const lower = word.toLowerCase().slice(0, 80);
  let best: string | undefined;
  let distance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    const found = edits(lower, name.toLowerCase());
    if (found < distance) [best, distance] = [name, found];
  }
  return best;
}

/** A hint for a word that is none of these names: the nearest, or all there are; none when there are no names. */
export function didYouMean(word: string, names: Iterable<string>): Text | undefined {
  const all = [...new Set(names)];
  const near = nearest(word, all);
  if (near !== undefined) return { zh: `是否想写 ${near}？`, en: `did you mean ${near}?` };
  return all.length === 0 ? undefined : { zh: `可用：${all.join("、")}`, en: `there are: ${all.join(", ")}` };
}
