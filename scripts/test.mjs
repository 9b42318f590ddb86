/** `npm test`: everything. Installs and builds what is missing, then the checks, then every test; both run to the end. */
import { check } from "./check.mjs";
import { say } from "./machine.mjs";
import { ready } from "./ready.mjs";
import { close, runStories } from "./stories.mjs";

await ready();
const checks = await check();
const stories = await runStories();
if (stories.passed + stories.failed === 0) say("no test ran");
close(checks, stories.passed + stories.failed === 0 ? { ...stories, failed: 1 } : stories);
