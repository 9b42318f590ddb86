/**
 * `npm run evidence [FILTER…]`: the long runs that `npm test` only samples. Tests read TIERKEEP_EVIDENCE and take more seeds, more
 * kills, more rows; the limit of one test grows with them (vitest.config.ts).
 */
import { say } from "./machine.mjs";
import { ready } from "./ready.mjs";
import { close, runStories } from "./stories.mjs";

await ready();
const started = Date.now();
const stories = await runStories({ places: process.argv.slice(2), env: { TIERKEEP_EVIDENCE: "1" } });
say(`evidence took ${((Date.now() - started) / 60_000).toFixed(1)} minutes`);
close(stories);
