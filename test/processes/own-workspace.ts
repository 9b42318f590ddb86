import { defineJob, startJobs } from "../../src/platform/jobs/index.js";
import { createWorkspace, openWorkspace } from "../../src/platform/workspace/index.js";

/**
 * A process that owns a workspace, for tests that kill it: `create DIR` makes one, `visit DIR` opens and closes it, `own DIR`
 * stays until its input ends, `work DIR` stays with one job running and one waiting. What it says is one line of JSON.
 */
const say = (answer: unknown): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);

async function work(directory: string): Promise<void> {
  const workspace = await openWorkspace(directory, { tables: [] });
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const endless = defineJob("endless", () => {
    begin();
    return new Promise(() => undefined);
  });
  const jobs = await startJobs(workspace, [endless]);
  const ids = [await jobs.enqueue("endless", "test", {}), await jobs.enqueue("endless", "test", {})].map((job) => job.id);
  await begun;
  say({ ids });
}

async function open(directory: string, stay: boolean): Promise<void> {
  const workspace = await openWorkspace(directory, { tables: [] });
  say({ owned: workspace.settings.id, uid: process.getuid?.() });
  if (stay) process.stdin.resume().once("end", () => void workspace.close());
  else await workspace.close();
}

async function create(directory: string): Promise<void> {
  await createWorkspace(directory);
  say({ created: true });
}

const [act = "", directory = ""] = process.argv.slice(2);
const acts: Record<string, () => Promise<void>> = {
  create: () => create(directory),
  visit: () => open(directory, false),
  own: () => open(directory, true),
  work: () => work(directory),
};
await acts[act]?.().catch((error: unknown) => say({ failed: error instanceof Error ? error.message : String(error) }));
