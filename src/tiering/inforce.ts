import { atomically } from "../platform/postgres/atomically.js";
import { refuse } from "../platform/problem.js";
import type { Sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { planOf, publishedVersion } from "./models.js";
import type { Plan } from "./plan.js";
import { presetNames, presetText } from "./presets.js";
import type { RunRecord } from "./schema.js";
import { isHeld, standingOf, standingTable } from "./standing.js";
import * as store from "./store.js";

/** A model as its last decided run left everyone: what lists, overview and explanations read. */
export interface InForce {
  run: RunRecord;
  version: store.VersionRow;
  /** The plan of the version that ran, which need not be the newest. */
  plan: Plan;
  standing: Sql;
}

/** The standing in force of a model, or a problem that says to run it. */
export async function standingInForce(workspace: Workspace, model: string): Promise<InForce> {
  const [run] = await atomically(workspace.postgres, "all", (tx) => store.decidedRuns(tx, model));
  if (run === undefined) {
    await publishedVersion(workspace, model); // a model that is not there is another problem
    refuse(
      "tiering.not_run",
      { zh: `模型 ${model} 还没有运行过`, en: `The model ${model} has not been run` },
      { status: 404, hint: { zh: `运行：tierkeep tier ${model} --as-of 日期`, en: `Run it: tierkeep tier ${model} --as-of DATE` } },
    );
  }
  return reading(workspace, run);
}

/** Of this customer a run says nothing. */
export function notGraded(publicId: string, { model, as_of }: RunRecord): never {
  refuse(
    "tiering.not_graded",
    { zh: `模型 ${model} 没有评定客户 ${publicId}`, en: `The model ${model} did not grade the customer ${publicId}` },
    {
      status: 404,
      hint: {
        zh: `运行截至 ${as_of}；客户之后才出现，或不是该模型的主体。`,
        en: `It ran as of ${as_of}: the customer came later, or is not of the kind the model is for.`,
      },
    },
  );
}

/** The plan of a model as published or, when it is not, as it comes along; undefined when there is no such model. */
export async function modelForPlans(workspace: Workspace, model: string): Promise<{ plan: Plan; version: number } | undefined> {
  const row = await atomically(workspace.postgres, "all", (tx) => store.modelVersion(tx, model));
  if (row !== undefined) return { plan: planOf(row), version: row.version };
  const text = presetText(model);
  return text === undefined ? undefined : { plan: planOf({ model, version: 0, text }), version: 1 };
}

async function reading(workspace: Workspace, run: RunRecord): Promise<InForce> {
  const version = await publishedVersion(workspace, run.model, run.version);
  return { run, version, plan: planOf(version), standing: standingOf(run) };
}

/** One run, or a 404. */
export async function runByNumber(workspace: Workspace, number: number): Promise<RunRecord> {
  const run = await atomically(workspace.postgres, "all", (tx) => store.runByNumber(tx, number));
  return (
    run ??
    refuse(
      "tiering.no_such_run",
      { zh: `没有编号为 ${number} 的运行`, en: `There is no run ${number}` },
      { status: 404, hint: { zh: "列出运行：tierkeep runs", en: "List the runs: tierkeep runs" } },
    )
  );
}

/** The rows of a run while they are kept: the one in force of its model, and what only read, until the next start. */
export async function rowsOfRun(workspace: Workspace, number: number): Promise<InForce> {
  const run = await runByNumber(workspace, number);
  if (!(await isHeld(workspace.warehouse, standingTable(run.decided ? "standing" : "reading", run.model, run.run)))) {
    refuse(
      "tiering.rows_gone",
      { zh: `运行 ${number} 的明细已不再保留`, en: `The rows of run ${number} are no longer kept` },
      {
        status: 410,
        hint: {
          zh: "明细保留到同一模型的下一次运行；试算只保留最近几次，至多到下次启动。请重新运行。",
          en: "They are kept until the model's next run; of runs that only read, those of the last few, until the next start. Run it again.",
        },
      },
    );
  }
  return reading(workspace, run);
}

/** Every model a plan may be for, by name: as published, or as it comes along. */
export async function modelsForPlans(workspace: Workspace): Promise<Map<string, { plan: Plan; version: number }>> {
  const rows = new Map((await atomically(workspace.postgres, "all", store.publishedModels)).map((row) => [row.model, row]));
  const names = [...new Set([...rows.keys(), ...presetNames()])].sort();
  return new Map(
    names.flatMap((model) => {
      const row = rows.get(model);
      if (row !== undefined) return [[model, { plan: planOf(row), version: row.version }] as const];
      const text = presetText(model);
      return text === undefined ? [] : [[model, { plan: planOf({ model, version: 0, text }), version: 1 }] as const];
    }),
  );
}
