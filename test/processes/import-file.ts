import { operator } from "../../src/access/index.js";
import { tables as customerTables } from "../../src/customer/parts.js";
import { importFiles } from "../../src/intake/import.js";
import { parseMapping } from "../../src/intake/mapping.js";
import { tables } from "../../src/intake/parts.js";
import { purchases } from "../../src/intake/testing.js";
import { openWorkspace } from "../../src/platform/workspace/index.js";

/** A process that imports a file, for tests that kill it: `DIR FILE SOURCE`. It names the step on a line for every report of progress. */
const [directory = "", file = "", source = ""] = process.argv.slice(2);
const workspace = await openWorkspace(directory, { tables: [...customerTables, ...tables] });
const result = await importFiles(workspace, operator, parseMapping(purchases(source), "mapping.yaml"), file, (progress) => {
  process.stdout.write(`${progress.step.en}\n`);
});
process.stdout.write(`done ${result.rows_loaded}\n`);
await workspace.close();
