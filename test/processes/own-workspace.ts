import { createWorkspace, openWorkspace } from "../../src/platform/workspace/index.js";

/**
 * A process that owns a workspace, for tests that kill it: `own DIR` says "owned" and stays, `visit DIR` closes at once,
 * `create DIR` makes one. What it says is one line of JSON.
 */
const say = (answer: unknown): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);

const [act, directory = ""] = process.argv.slice(2);
try {
  if (act === "create") {
    await createWorkspace(directory);
    say({ created: true });
  } else {
    const workspace = await openWorkspace(directory, { tables: [] });
    const { rows } = await workspace.postgres.pool.query("select count(*) as n from migration");
    say({ owned: workspace.settings.id, uid: process.getuid?.(), migrations: rows[0].n });
    if (act === "visit") await workspace.close();
    else process.stdin.resume().once("end", () => void workspace.close());
  }
} catch (error) {
  say({ failed: error instanceof Error ? error.message : String(error) });
}
