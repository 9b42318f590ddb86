import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { refuse } from "../problem.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../workspace/testing.js";
import { defineJob, type Jobs, startJobs } from "./index.js";

/** A promise and the means to keep it. */
function promised<T = void>() {
  let keep: (value: T) => void = () => undefined;
  const kept = new Promise<T>((resolve) => (keep = resolve));
  return { kept, keep };
}

let workspace: TemporaryWorkspace;
let jobs: Jobs | undefined;
beforeEach(async () => {
  workspace = await temporaryWorkspace([]);
});
afterEach(async () => {
  await jobs?.stop(1000);
  jobs = undefined;
  await workspace.dispose();
});

describe("a job", () => {
  it("is queued, runs, tells its progress and keeps its result", async () => {
    const gate = promised();
    const begun = promised();
    const double = defineJob("double", async ({ report }, input: { n: number }) => {
      begun.keep();
      await gate.kept;
      report({ step: { zh: "计算", en: "computing" }, done: 1, total: 2, unit: "steps", per_second: null });
      return { doubled: input.n * 2 };
    });
    jobs = await startJobs(workspace, [double]);
    const asked = await jobs.enqueue("double", "li", { n: 21 });
    expect(asked).toMatchObject({ kind: "double", state: "queued", requested_by: "li", finished_at: null, problems: [], result: null });
    await begun.kept;
    expect((await jobs.get(asked.id))?.state).toBe("running");
    const news = jobs.get(asked.id, 10_000);
    gate.keep();
    await news;
    const done = await jobs.get(asked.id, 10_000);
    expect(done).toMatchObject({ state: "done", result: { doubled: 42 }, problems: [] });
    expect(done?.finished_at).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it("gives every problem to who asked, and a reference for what is our fault", async () => {
    const wrong = defineJob("wrong", async () => refuse("model.tiers", { zh: "缺少等级", en: "No tiers" }, { place: { line: 3 } }));
    const broken = defineJob("broken", async () => Promise.reject(new Error("a secret of the machine")));
    jobs = await startJobs(workspace, [wrong, broken]);
    const first = await jobs.enqueue("wrong", "li", {});
    const second = await jobs.enqueue("broken", "li", {});
    await jobs.get(second.id, 10_000);
    const ended = async (id: string) => {
      for (;;) {
        const job = await jobs?.get(id, 10_000);
        if (job?.state === "failed") return job;
      }
    };
    expect((await ended(first.id)).problems).toEqual([{ code: "model.tiers", message: { zh: "缺少等级", en: "No tiers" }, place: { line: 3 } }]);
    const [bug] = (await ended(second.id)).problems;
    expect(bug?.code).toBe("bug");
    expect(bug?.message.en).not.toContain("secret");
  });

  it("runs alone, in the order of asking", async () => {
    const order: string[] = [];
    const both = promised();
    const note = defineJob("note", async (_, name: string) => {
      order.push(`${name} begins`);
      await workspace.warehouse.all({ parts: ["select 1"], holes: [] });
      order.push(`${name} ends`);
      if (order.length === 4) both.keep();
    });
    jobs = await startJobs(workspace, [note]);
    await jobs.enqueue("note", "li", "a");
    await jobs.enqueue("note", "li", "b");
    await both.kept;
    expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  });

  it("is called interrupted when its process has gone, and does not start again", async () => {
    const begun = promised();
    let runs = 0;
    const endless = defineJob("endless", async () => {
      runs++;
      begun.keep();
      await new Promise(() => undefined);
    });
    jobs = await startJobs(workspace, [endless]);
    const running = await jobs.enqueue("endless", "li", {});
    const waiting = await jobs.enqueue("endless", "li", {});
    await begun.kept;
    // Stopped without grace is what a killed process leaves, but for the table: put that back.
    await jobs.stop(0);
    await workspace.postgres.pool.query("update job set state = case id when $1 then 'running' else 'queued' end, finished_at = null", [running.id]);
    const quick = promised();
    jobs = await startJobs(workspace, [endless, defineJob("quick", async () => quick.keep())]);
    expect((await jobs.get(running.id))?.state).toBe("interrupted");
    expect((await jobs.get(waiting.id))?.state).toBe("interrupted");
    await jobs.enqueue("quick", "li", {});
    await quick.kept;
    expect(runs).toBe(1);
  });

  it("is listed by pages, newest first", async () => {
    jobs = await startJobs(workspace, [defineJob("a", async () => 1), defineJob("b", async () => 2)]);
    const asked = [];
    for (const kind of ["a", "b", "a", "a"]) asked.push((await jobs.enqueue(kind, "li", {})).id);
    const first = await jobs.list({ limit: 2 });
    expect(first.map((job) => job.id)).toEqual([asked[3], asked[2]]);
    const rest = await jobs.list({ limit: 5, before: first[1]?.id ?? "" });
    expect(rest.map((job) => job.id)).toEqual([asked[1], asked[0]]);
    expect((await jobs.list({ kind: "a", limit: 5 })).map((job) => job.id)).toEqual([asked[3], asked[2], asked[0]]);
  });
});
