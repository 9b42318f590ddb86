import type { Actor } from "../access/schema.js";
import type { PersonalData } from "../customer/schema.js";
import { daysAfter } from "../platform/calendar/index.js";
import type { StepKind } from "../platform/cycle/index.js";
import { atomically, type Transaction } from "../platform/postgres/atomically.js";
import { ProblemError } from "../platform/problem.js";
import type { Table } from "../platform/warehouse/tables.js";
import type { Workspace } from "../platform/workspace/index.js";
import { refuseNoModel } from "./absence.js";
import { renewLive, runNewest } from "./increment.js";
import { bringUpToDate, dropReadings, dropUnnamed } from "./standing.js";
import { overridesOf } from "./store/overrides.js";
import { assignmentsOf, publishedModels, runsKept } from "./store.js";

/** Standings are made by runs, one table each; there are no tables of tiering before the first. */
export const tables: readonly Table[] = [];

export const personalData: PersonalData<Transaction> = {
  holds: ["tier_assignment", "tier_override"],
  export: async (tx, customerId) => ({ tier_assignment: await assignmentsOf(tx, customerId), tier_override: await overridesOf(tx, customerId) }),
};

/** When facts have arrived. */
export const renew = renewLive;

/** Drop what no decided run names (the standing of a killed run, and the rows of runs that only read), and bring older ones up to date. */
export async function onOpen(workspace: Workspace): Promise<void> {
  const kept = await atomically(workspace.postgres, "all", (tx) => runsKept(tx));
  await workspace.warehouse.write(async (session) => {
    await dropUnnamed(session, kept);
    await dropReadings(session, 0);
    await bringUpToDate(session);
  });
}

const isNobody = (error: unknown): error is ProblemError => error instanceof ProblemError && error.problems.every((one) => one.code === "tiering.no_customers");

/**
 * The cycle's step: every published model as of the end of the day before, in the order of publication. A model for a kind of customer nobody is of waits for the first one, as long as another has somebody.
 */
export const step: StepKind<Actor> = {
  name: "tier",
  title: { zh: "评定分层", en: "Grade customers" },
  run: async ({ workspace, actor, day, report }) => {
    const models = await atomically(workspace.postgres, "all", publishedModels);
    if (models.length === 0) refuseNoModel();
    let [run, customers, moved, firstGraded] = [0, 0, 0, 0];
    const forNobody: ProblemError[] = [];
    for (const { model } of models.sort((a, b) => (a.published_at < b.published_at ? -1 : 1))) {
      const result = await runNewest(workspace, actor, { model, as_of: daysAfter(day, -1) }, report).catch((error: unknown) => {
        if (!isNobody(error)) throw error;
        forNobody.push(error);
      });
      if (result === undefined) continue;
      run++;
      customers += result.customers;
      moved += result.moved;
      firstGraded += result.first_graded;
    }
    const [first] = forNobody;
    if (first !== undefined && forNobody.length === models.length) throw first;
    return [
      { title: { zh: "模型", en: "Models" }, count: run },
      { title: { zh: "评定", en: "Grades" }, count: customers },
      { title: { zh: "首次定级", en: "Graded for the first time" }, count: firstGraded },
      { title: { zh: "层级变动", en: "Moved" }, count: moved },
    ];
  },
};
