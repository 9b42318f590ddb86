/** What there is to measure, by the word that asks for it; without a word, everything. */
const benches: Record<string, (sizes: string | undefined) => Promise<void>> = {
  runs: async (sizes) => (await import("./runs.js")).benchRuns(sizes),
  cycle: async (sizes) => (await import("./cycle.js")).benchCycle(sizes),
  statistics: async (sizes) => (await import("./statistics.js")).benchStatistics(sizes),
};

const [word, sizes] = process.argv.slice(2);
const chosen = word === undefined ? Object.values(benches) : benches[word] === undefined ? [] : [benches[word]];
if (chosen.length === 0) {
  console.error(`There is no bench ${word}: npm run bench, or npm run bench -- ${Object.keys(benches).join(" | ")} [millions]`);
  process.exit(1);
}
for (const bench of chosen) await bench(sizes);
