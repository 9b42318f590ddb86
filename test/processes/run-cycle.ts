import { operator } from "../../src/access/index.js";
import { onOpen, readers, steps, tables } from "../../src/app/features.js";
import { skipChanges } from "../../src/platform/changes/index.js";
import { runCycle } from "../../src/platform/cycle/index.js";
import { openWorkspace } from "../../src/platform/workspace/index.js";

/** A process that runs a day's cycle, for tests that kill it: `DIR DAY`. It names the step on a line for every report of progress. */
const [directory = "", day = ""] = process.argv.slice(2);
const workspace = await openWorkspace(directory, { tables });
for (const settle of onOpen) await settle(workspace);
const report = ({ step }: { step: { en: string } }): void => void process.stdout.write(`${step.en}\n`);
const cycle = await runCycle({ workspace, actor: operator, day, report }, steps, operator.login, false);
await skipChanges(workspace, readers);
process.stdout.write(`${cycle.state}\n`);
await workspace.close();
