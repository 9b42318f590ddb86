import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeSampleBank } from "../intake/parts.js";
import { type ApiClient, apiClient } from "../platform/cli/client.js";
import type { Cli } from "../platform/cli/index.js";
import { createWorkspace } from "../platform/workspace/index.js";
import { inProcess } from "./connect.js";
import { type OpenHouse, openHouse } from "./house.js";

/** For trying out on one's own machine; the demo listens on this machine only. */
export const DEMO_PASSWORD = "tierkeep-demo";

const users = [
  { login: "president", name: "总行行长", role: "head" },
  { login: "branch", name: "城东支行行长", role: "branch_head", branches: ["城东支行"] },
  { login: "analyst", name: "数据分析师", role: "analyst" },
  { login: "auditor", name: "审计员", role: "auditor" },
] as const;

export const demoSignIns = users.map(({ login, role }) => ({ login, role }));

/** The last one run is the one the overview shows first. */
const models = ["rfm", "corporate", "retail-bank"];

interface DemoSettings {
  customers: number;
  seed: number;
  /** The last day of the sample's facts. */
  until: string;
}

/** Make the demo's workspace, or go on where a killed start left; every step may run again. */
export async function prepareDemo(directory: string, customers: number, cli: Cli): Promise<OpenHouse> {
  if (!existsSync(join(directory, "workspace.json"))) await createWorkspace(directory, {});
  const open = await openHouse(directory);
  const done = join(directory, "demo.done");
  if (existsSync(done)) return open;
  const api = apiClient(inProcess(open), open.close);
  const settings = await settingsOf(directory, customers);
  const sample = join(directory, "sample");
  const progress = cli.progress();
  try {
    progress.report({ step: { zh: "生成示例银行", en: "Make the sample bank" }, done: 0, total: 1, unit: "steps", per_second: null });
    await mkdir(sample, { recursive: true });
    await writeSampleBank(sample, {
      customers: settings.customers,
      organisations: Math.ceil(settings.customers * 0.02),
      seed: settings.seed,
      until: settings.until,
    });
    await api.job(await api.post("/imports", { path: sample, mapping: "sample-bank" }), progress.report);
    await addUsers(api);
    for (const model of models) {
      for (const asOf of [monthEndBefore(settings.until), settings.until]) await api.job(await api.post("/runs", { model, as_of: asOf }), progress.report);
    }
    await writeFile(done, "");
  } finally {
    progress.stop();
  }
  return open;
}

async function settingsOf(directory: string, customers: number): Promise<DemoSettings> {
  const file = join(directory, "demo.json");
  if (existsSync(file)) return JSON.parse(await readFile(file, "utf8")) as DemoSettings;
  const settings: DemoSettings = { customers, seed: 1, until: new Date().toISOString().slice(0, 10) };
  await writeFile(file, JSON.stringify(settings));
  return settings;
}

async function addUsers(api: ApiClient): Promise<void> {
  const held = await api.get<{ items: { login: string }[] }>("/users");
  for (const user of users) {
    if (!held.items.some((one) => one.login === user.login)) await api.post("/users", { ...user, password: DEMO_PASSWORD });
  }
}

/** The last day of the month before `day`: the sample's previous run. */
function monthEndBefore(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(0);
  return date.toISOString().slice(0, 10);
}
