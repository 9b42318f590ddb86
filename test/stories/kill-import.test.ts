import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { operator } from "../../src/access/index.js";
import { importFiles } from "../../src/intake/import.js";
import { parseMapping } from "../../src/intake/mapping.js";
import { onOpen } from "../../src/intake/parts.js";
import { intakeTables, purchases } from "../../src/intake/testing.js";
import { sql } from "../../src/platform/warehouse/index.js";
import { createWorkspace, openWorkspace } from "../../src/platform/workspace/index.js";
import { temporaryDirectory } from "../../src/platform/workspace/testing.js";

const IMPORTER = fileURLToPath(new URL("../processes/import-file.ts", import.meta.url));
const tsx = import.meta.resolve("tsx");
const steps = ["Read purchases.csv", "Convert purchases.csv", "Load purchases.csv", "Refresh customer profiles"];
const ROWS = 60_000;
const kills = process.env["TIERKEEP_EVIDENCE"] === "1" ? 40 : steps.length;

let home: string;
beforeEach(async () => {
  delete process.env["DATABASE_URL"];
  home = await temporaryDirectory();
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** Import in a process of its own and kill it at a report of the step: the first, or a later one; the step's end at the latest. */
async function killedAt(step: string, report: number, args: string[]): Promise<void> {
  const child = spawn(process.execPath, ["--import", tsx, IMPORTER, ...args], { stdio: ["ignore", "pipe", "ignore"] });
  const exit = once(child, "exit");
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === step) seen++;
    if (seen > report || (seen > 0 && line !== step)) break;
  }
  child.kill("SIGKILL");
  child.stdout.resume();
  await exit;
}

it("a kill leaves an import whole or absent, and the next one just works", async () => {
  const directory = join(home, "w");
  const file = join(home, "purchases.csv");
  await createWorkspace(directory);
  const rows = Array.from({ length: ROWS }, (_, i) => `${i % 5_000},2024-01-${String((i % 28) + 1).padStart(2, "0")},${i % 977}`);
  await writeFile(file, `customer,date,amount\n${rows.join("\n")}\n`);
  for (let k = 0; k < kills; k++) {
    const source = `kill-${k}`;
    await killedAt(steps[k % steps.length] ?? "", Math.floor(k / steps.length), [directory, file, source]);
    const workspace = await openWorkspace(directory, { tables: intakeTables });
    try {
      await onOpen(workspace);
      const held = await workspace.warehouse.first<{ facts: number; parties: number }>(
        sql`select (select count(*) from transaction where source = ${source}) as facts, (select count(*) from party where source = ${source}) as parties`,
      );
      const { rows: batches } = await workspace.postgres.pool.query<{ state: string; rows_loaded: number }>(
        "select state, rows_loaded from import_batch where source = $1",
        [source],
      );
      const isIn = held?.facts === ROWS;
      expect(held).toEqual(isIn ? { facts: ROWS, parties: 5_000 } : { facts: 0, parties: 0 });
      expect(batches.filter((batch) => batch.state === "done")).toEqual(isIn ? [{ state: "done", rows_loaded: ROWS }] : []);
      expect(batches.filter((batch) => batch.state === "running")).toEqual([]);
      expect((await readdir(workspace.path("tmp"))).filter((name) => name.startsWith("import-"))).toEqual([]);
      const next = await importFiles(workspace, operator, parseMapping(purchases(source), "mapping.yaml"), file, () => undefined);
      expect(next).toMatchObject(isIn ? { rows_loaded: 0, unchanged: ROWS } : { rows_loaded: ROWS, unchanged: 0 });
    } finally {
      await workspace.close();
    }
  }
});
