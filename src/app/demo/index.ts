import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inboxOf, writeSampleBank } from "../../intake/parts.js";
import { calendarOf, daysAfter, lastWorkday } from "../../platform/calendar/index.js";
import { type ApiClient, apiClient } from "../../platform/cli/client.js";
import type { Cli } from "../../platform/cli/index.js";
import { todayIn } from "../../platform/cycle/index.js";
import type { Cycle } from "../../platform/cycle/schema.js";
import { createWorkspace } from "../../platform/workspace/index.js";
import type { TeamDay } from "../../service/schema.js";
import { inProcess } from "../connect.js";
import { type OpenHouse, openHouse } from "../house.js";
import { everyPage, liveThrough, tellFrom, workdaysBefore } from "./past.js";

/** For trying out on one's own machine; the demo listens on this machine only. */
export const DEMO_PASSWORD = "tierkeep-demo";

/** The branch whose head and account manager sign in, when its day is worth looking at; else the one with the fullest day. */
const BRANCH = "城东支行";
const WORTH_A_LOOK = 3;

const users = [
  { login: "president", name: "总行行长", role: "head" },
  { login: "branch", name: "支行行长", role: "branch_head" },
  { login: "manager", name: "客户经理", role: "account_manager" },
  { login: "analyst", name: "数据分析师", role: "analyst" },
  { login: "auditor", name: "审计员", role: "auditor" },
] as const;

export const demoSignIns = users.map(({ login, role }) => ({ login, role }));

/** What staff see first: the plan and most of the policy speak of its tiers. */
const SERVICE_MODEL = "retail-bank";
const models = ["rfm", "corporate", SERVICE_MODEL];
const PLAN = "retail-1-plus-4";
const POLICY = "bank";

interface DemoSettings {
  customers: number;
  seed: number;
  /** The day the demo begins with: a workday, so that there is work. */
  day: string;
}

/** Make the demo's workspace, or go on where a killed start left; every step may run again. */
export async function prepareDemo(directory: string, customers: number, cli: Cli): Promise<OpenHouse> {
  if (!existsSync(join(directory, "workspace.json"))) await createWorkspace(directory, {});
  const open = await openHouse(directory);
  const done = join(directory, "demo.done");
  if (existsSync(done)) return open;
  const api = apiClient(inProcess(open), open.close);
  const settings = await settingsOf(directory, customers);
  const progress = cli.progress();
  const { items: run } = await api.get<{ items: Cycle[] }>("/cycles?limit=1");
  const cycle = async (day: string): Promise<void> => {
    if (day >= (run[0]?.day ?? day)) await api.job(await api.post("/cycles", { day }), progress.report);
  };
  try {
    progress.report({ step: { zh: "生成示例银行", en: "Make the sample bank" }, done: 0, total: 1, unit: "steps", per_second: null });
    const folder = await writeSample(open, settings);
    const told = await tellFrom(folder, settings.day);
    for (const preset of models) await api.post("/models", { preset });
    await api.post(`/models/${SERVICE_MODEL}/service`);
    await api.post("/groups", { preset: SERVICE_MODEL });
    // Tiers are known as of the end of a month before, without a plan yet: who moved since then gets a notice on the first day.
    await cycle(`${daysAfter(workdaysBefore(settings.day)[0] ?? settings.day, -1).slice(0, 7)}-01`);
    await api.post("/portfolio/policy", { preset: POLICY });
    await api.post("/plans", { preset: PLAN });
    await liveThrough({ api, folder, seed: settings.seed }, settings.day, told, cycle);
    await cycle(settings.day);
    await addUsers(api);
    await api.post("/cycles/schedule", { enabled: true, starts_at: "06:00" });
    await writeFile(done, "");
  } finally {
    progress.stop();
  }
  return open;
}

/** The sample in the inbox; gives back the folder. */
async function writeSample(open: OpenHouse, { customers, seed, day }: DemoSettings): Promise<string> {
  const sample = inboxOf(open.house.workspace, "sample-bank");
  await mkdir(sample, { recursive: true });
  await writeSampleBank(sample, { customers, organisations: Math.ceil(customers * 0.02), seed, until: daysAfter(day, -1) });
  return sample;
}

async function settingsOf(directory: string, customers: number): Promise<DemoSettings> {
  const file = join(directory, "demo.json");
  if (existsSync(file)) return JSON.parse(await readFile(file, "utf8")) as DemoSettings;
  const today = todayIn("Asia/Shanghai", new Date());
  // a demo begun on a Sunday shows Friday's work
  const settings: DemoSettings = { customers, seed: 1, day: lastWorkday(calendarOf(), today) };
  await writeFile(file, JSON.stringify(settings));
  return settings;
}

async function addUsers(api: ApiClient): Promise<void> {
  const held = await api.get<{ items: { login: string }[] }>("/users");
  const team = await everyPage<TeamDay>(api, "/today/team");
  const byTasks = team.sort((a, b) => b.tasks - a.tasks);
  const manager = (byTasks.find((one) => one.manager.branch === BRANCH && one.tasks >= WORTH_A_LOOK) ?? byTasks[0])?.manager;
  const branch = manager?.branch ?? BRANCH;
  const own = {
    branch_head: { name: `${branch}行长`, branches: [branch] },
    account_manager: manager === undefined ? { branches: [branch] } : { name: manager.name ?? "客户经理", manager: manager.manager },
  };
  for (const user of users) {
    if (held.items.some((one) => one.login === user.login)) continue;
    const more = user.role === "branch_head" || user.role === "account_manager" ? own[user.role] : {};
    await api.post("/users", { ...user, ...more, password: DEMO_PASSWORD });
  }
}
