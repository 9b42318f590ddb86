import { ProblemError, problem } from "../platform/problem.js";
import type { Problem } from "../platform/schema.js";
import type { Reader } from "../platform/warehouse/index.js";
import { type ManagerRow, managersTold } from "./queries/managers.js";
import { ManagerLevel, type PortfolioPolicy } from "./schema.js";

/** A manager as the facts tell of them, with nothing left to guess. */
export interface Manager {
  manager_id: number;
  manager: string;
  name: string | null;
  branch: string;
  level: ManagerLevel;
  capacity: number;
}

const LONGEST_DAY = 1440;

/** Everybody who can be named as an owner, or every reason why nobody can: all of them at once. */
export async function managersFor(reader: Reader, policy: PortfolioPolicy): Promise<Manager[]> {
  const rows = await reader.all<ManagerRow>(managersTold());
  const problems: Problem[] = [];
  const managers = rows.flatMap((row) => {
    const found = problemsOf(row);
    problems.push(...found);
    const level = ManagerLevel.safeParse(row.level ?? "junior");
    if (found.length > 0 || !level.success || row.branch === null) return [];
    const capacity = row.capacity === null ? (policy.capacity[level.data] ?? 0) : Number(row.capacity);
    return [{ manager_id: row.manager_id, manager: row.manager, name: row.name, branch: row.branch, level: level.data, capacity: Math.round(capacity) }];
  });
  if (rows.length === 0)
    problems.push(
      problem(
        "portfolio.no_managers",
        { zh: "数据中没有客户经理", en: "The data names no account manager" },
        { hint: { zh: "导入客户类型为 manager 的行；见 docs/portfolio.md。", en: "Import rows of kind manager; see docs/portfolio.md." } },
      ),
    );
  else if (problems.length === 0 && managers.every((manager) => manager.capacity === 0))
    problems.push(
      problem(
        "portfolio.no_capacity",
        { zh: "所有客户经理的工作量上限都是零", en: "The capacity of every account manager is zero" },
        {
          hint: {
            zh: "导入属性 capacity（每个工作日的分钟数），或在管户规则中写 capacity。",
            en: "Import the attribute capacity (minutes per workday), or write `capacity` in the portfolio policy.",
          },
        },
      ),
    );
  if (problems.length > 0) throw new ProblemError(problems);
  return managers;
}

function problemsOf({ manager, branch, level, capacity }: ManagerRow): Problem[] {
  const place = { path: `manager ${manager}` };
  const problems: Problem[] = [];
  if (branch === null || branch === "")
    problems.push(
      problem(
        "portfolio.manager_without_branch",
        { zh: `客户经理 ${manager} 没有所属机构`, en: `The account manager ${manager} has no branch` },
        { place, hint: { zh: "在来源数据中补上机构后重新导入。", en: "Add the branch in the source and import it again." } },
      ),
    );
  if (level !== null && !ManagerLevel.safeParse(level).success)
    problems.push(
      problem(
        "portfolio.unknown_level",
        { zh: `客户经理 ${manager} 的级别 ${level} 不存在`, en: `The account manager ${manager} has the unknown level ${level}` },
        { place, hint: { zh: `可用：${ManagerLevel.options.join("、")}`, en: `there are: ${ManagerLevel.options.join(", ")}` } },
      ),
    );
  if (capacity !== null && !(Number(capacity) >= 0 && Number(capacity) <= LONGEST_DAY))
    problems.push(
      problem(
        "portfolio.bad_capacity",
        { zh: `客户经理 ${manager} 的工作量上限 ${capacity} 不合理`, en: `The account manager ${manager} has an impossible capacity of ${capacity}` },
        { place, hint: { zh: "每个工作日的分钟数，0 到 1440。", en: "Minutes per workday, from 0 to 1440." } },
      ),
    );
  return problems;
}
