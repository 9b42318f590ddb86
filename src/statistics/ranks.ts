/** Ranks from 1, smallest first; equal values share the mean of theirs (mid-ranks). */
export function midRanks(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(n);
  for (let from = 0, to = 0; from < n; from = to) {
    const value = values[order[from] ?? 0];
    while (to < n && values[order[to] ?? 0] === value) to++;
    for (let i = from; i < to; i++) ranks[order[i] ?? 0] = (from + 1 + to) / 2;
  }
  return ranks;
}
