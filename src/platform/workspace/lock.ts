import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { log } from "../log.js";
import type { Postgres } from "../postgres/connect.js";
import { ProblemError, problem } from "../problem.js";

/** The advisory lock that one process holds for as long as it owns the workspace. */
const LOCK = 7_411_002;

/** A killed owner's connection is noticed within milliseconds; wait a little before saying that somebody is there. */
const PATIENCE = 1000;

/** Another process owns the workspace. */
export class WorkspaceBusy extends ProblemError {
  constructor(directory: string, owner: string | undefined) {
    super(
      [
        problem(
          "workspace.busy",
          {
            zh: `工作区 ${directory} 正被另一个进程使用${owner === undefined ? "" : `（进程号 ${owner}）`}`,
            en: `Another process is using the workspace ${directory}${owner === undefined ? "" : ` (process ${owner})`}`,
          },
          { hint: { zh: "等待其结束，或先停止正在运行的服务", en: "Wait for it to end, or stop the running server" } },
        ),
      ],
      409,
    );
    this.name = "WorkspaceBusy";
  }
}

export interface Lock {
  /** Do the last thing as owner, then let go. */
  release(last: () => Promise<void>): Promise<void>;
}

const take = async (client: Client): Promise<boolean> => {
  const { rows } = await client.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [LOCK]);
  return rows[0]?.taken === true;
};

async function ownerOf(client: Client): Promise<string | undefined> {
  const { rows } = await client.query<{ application_name: string }>(
    `select activity.application_name
    from pg_locks join pg_stat_activity activity using (pid)
    where locktype = 'advisory' and objid = $1 and granted and pg_locks.database = (select oid from pg_database where datname = current_database())`,
    [LOCK],
  );
  return rows[0]?.application_name.match(/^tierkeep (\d+) /)?.[1];
}

/** Own the workspace until release, or until this process is gone: the lock goes with its connection. */
export async function lockWorkspace(postgres: Postgres, directory: string, revive: () => Promise<void>): Promise<Lock> {
  let client = await postgres.connect("lock");
  const until = Date.now() + PATIENCE;
  while (!(await take(client))) {
    if (Date.now() > until) {
      const owner = await ownerOf(client);
      await client.end();
      throw new WorkspaceBusy(directory, owner);
    }
    await pause(25);
  }
  let released = false;
  // PostgreSQL went away under us: bring it back and take the lock again. Until then the warehouse's file lock keeps others out.
  const retake = async (): Promise<void> => {
    for (let wait = 100; !released; wait = Math.min(wait * 2, 5000)) {
      try {
        await revive();
        client = await postgres.connect("lock");
        if (await take(client)) {
          client.once("end", onEnd);
          return;
        }
        await client.end();
      } catch (error) {
        log.warn({ error }, "the workspace's lock was lost; trying again");
      }
      await pause(wait, undefined, { ref: false });
    }
  };
  let retaking: Promise<void> | undefined;
  const onEnd = (): void => {
    if (!released) retaking = retake();
  };
  client.once("end", onEnd);
  return {
    async release(last) {
      released = true;
      await retaking; // or it would start again what is stopped now
      await last();
      await client.end().catch(() => undefined);
    },
  };
}
