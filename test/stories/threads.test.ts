import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const built = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

/** A process of the built program's files that computes in a thread and has nothing else to do. */
const program = `
  import { inThread } from ${JSON.stringify(built("platform/threads/index.js"))};
  import { partingModule } from ${JSON.stringify(built("statistics/index.js"))};
  let started = 0, ended = 0;
  process.on("worker", (worker) => { started++; worker.once("exit", () => ended++); });
  const weighted = { values: Float64Array.of(1, 2, 8, 9), counts: Float64Array.of(1, 1, 1, 1) };
  const { ends } = await inThread(partingModule, "part", { weighted, classes: 2, elbow: false }, [weighted.values.buffer, weighted.counts.buffer]);
  process.on("exit", () => console.log(JSON.stringify({ ends, left: weighted.values.length, started, ended })));
`;

test("the built program computes in threads, and ends without waiting for those that are idle", async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]);
  expect(JSON.parse(stdout)).toEqual({ ends: [1], left: 0, started: 1, ended: 0 });
  expect(stderr).toBe("");
});
