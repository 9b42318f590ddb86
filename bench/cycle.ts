import type { NewUser } from "../src/access/schema.js";
import { inProcess } from "../src/app/connect.js";
import type { OpenHouse } from "../src/app/house.js";
import { type ApiClient, apiClient } from "../src/platform/cli/client.js";
import type { Cycle } from "../src/platform/cycle/schema.js";
import { type Bank, fillBank, stirBank } from "./bank.js";
import { floor, inNewHouse, keep, line, load, median, p95 } from "./measure.js";

/** To hold at 1 million customers: steps of an ordinary day as times the floor, answers in milliseconds. */
const LIMITS = { plan: 10, assign: 5, messages: 5, p95_ms: 100, memory_mb: 2048 };
const HELD_FROM = 1e6;

/** The days of the cycle: everything is new on the first, the next ones are ordinary, and on the last everybody gets a text. */
const DAYS = { first: "2026-02-09", ordinary: ["2026-02-10", "2026-02-11", "2026-02-12"], festival: "2026-02-17" } as const;
const QUARTER = "from=2026-01-01&to=2026-03-31";

interface Day {
  day: string;
  /** Of the machine in the minute before; ours is among it. */
  load: number;
  floor_seconds: number;
  /** Seconds of each step. */
  steps: Record<string, number>;
  ratios: Record<string, number>;
  counts: Record<string, Record<string, number>>;
}

interface CycleResult extends Bank {
  first: Day;
  ordinary: Day[];
  /** The middle of the ordinary days. */
  ordinary_seconds: Record<string, number>;
  ordinary_ratios: Record<string, number>;
  festival: Day;
  memory_mb: number;
  p95_ms: Record<string, number>;
  /** Of the machine when the last page was measured; asking one after another makes about 1.5. */
  p95_load: number;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
const mapped = <Value, Other>(record: Record<string, Value>, of: (value: Value, key: string) => Other): Record<string, Other> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value, key)]));

/** Models, rules and plans as they come along; what is promised, is promised since long before. */
export async function publish(open: OpenHouse, api: ApiClient): Promise<void> {
  await api.post("/models", { preset: "retail-bank" });
  await api.post("/portfolio/policy", { preset: "bank" });
  await api.post("/plans", { preset: "retail-1-plus-4" });
  await open.house.workspace.postgres.pool.query("update service_plan_version set published_at = '2025-12-01'");
}

export async function runDay(open: OpenHouse, api: ApiClient, day: string): Promise<Day> {
  const floors: number[] = [];
  for (let round = 0; round < 3; round++) floors.push(await open.house.workspace.warehouse.write(floor));
  const { steps } = await api.job<Cycle>(await api.post("/cycles", { day }), () => undefined);
  const seconds = Object.fromEntries(steps.map((step) => [step.step, step.seconds ?? Number.NaN]));
  const floorSeconds = median(floors);
  return {
    day,
    load: load(),
    floor_seconds: rounded(floorSeconds),
    steps: seconds,
    ratios: mapped(seconds, (value) => rounded(value / floorSeconds)),
    counts: Object.fromEntries(steps.map((step) => [step.step, Object.fromEntries(step.counts.map(({ title, count }) => [title.en, count]))])),
  };
}

type Who = "operator" | "manager" | "branch head";

/** Pages with who reads them; `n` is the number of the request. */
const PAGES: readonly [page: string, who: Who, path: (n: number, bank: Bank) => string][] = [
  ["today, a manager named", "operator", (n, { branches }) => `/today?manager=M${n % (branches * 5)}`],
  ["today, of the manager who reads", "manager", () => "/today"],
  ["team, everybody", "operator", () => "/today/team"],
  ["team, a branch", "branch head", () => "/today/team"],
  ["day in figures", "operator", () => "/today/summary"],
  ["day in figures, a branch", "branch head", () => "/today/summary"],
  ["coverage, everybody", "operator", () => `/coverage?${QUARTER}`],
  ["coverage, a branch", "branch head", () => `/coverage?${QUARTER}`],
  ["coverage, a manager", "manager", () => `/coverage?${QUARTER}`],
  ["managers", "operator", () => "/managers"],
  ["managers, a branch", "branch head", () => "/managers"],
  ["one portfolio", "operator", (n, { branches }) => `/managers/M${n % (branches * 5)}`],
  ["portfolios in figures", "operator", () => "/portfolio"],
  ["portfolios in figures, a branch", "branch head", () => "/portfolio"],
  ["unplaced customers", "operator", () => "/portfolio/unplaced"],
  ["messages", "operator", () => "/messages"],
  ["messages, suppressed", "operator", () => "/messages?state=suppressed"],
  ["messages, a manager", "manager", () => "/messages"],
  ["messages in figures", "operator", () => "/messages/summary"],
  ["messages in figures, a manager", "manager", () => "/messages/summary"],
  ["a customer's page", "operator", (n, { customers }) => `/customers/C${(n * 104_729) % customers}`],
  ["customers, first page", "operator", () => "/models/retail-bank/customers"],
  ["customers, by condition and sort", "operator", (n) => `/models/retail-bank/customers?where=${encodeURIComponent(`aum >= ${200_000 + n * 50}`)}&sort=-aum`],
  ["customers, by name", "operator", (n) => `/models/retail-bank/customers?q=${encodeURIComponent(`C${n * 7919}`)}`],
  ["customers, of a manager", "manager", () => "/models/retail-bank/customers"],
  ["customers, of a branch", "branch head", () => "/models/retail-bank/customers"],
  ["plans", "operator", () => "/plans"],
  ["overview", "operator", () => "/models/retail-bank/overview"],
];

/** Somebody who signed in, as a client of the API. */
async function signedIn(open: OpenHouse, operator: ApiClient, user: Omit<NewUser, "name" | "password">): Promise<ApiClient> {
  const password = "a bench has no secrets";
  await operator.post("/users", { name: user.login, password, ...user }).catch(() => undefined); // there since the last time
  const { token } = await operator.post<{ token: string }>("/session", { login: user.login, password });
  return apiClient(inProcess({ ...open, token }), () => Promise.resolve());
}

export async function measurePages(open: OpenHouse, operator: ApiClient, bank: Bank, only = ""): Promise<Record<string, number>> {
  const clients: Record<Who, ApiClient> = {
    operator,
    manager: await signedIn(open, operator, { login: "m7", role: "account_manager", manager: "M7" }),
    "branch head": await signedIn(open, operator, { login: "b1", role: "branch_head", branches: ["支行1"] }),
  };
  const found: Record<string, number> = {};
  for (const [page, who, path] of PAGES) if (page.includes(only)) found[page] = await p95((n) => clients[who].get(path(n, bank)));
  return found;
}

function measure(bank: Bank): Promise<CycleResult> {
  console.error(`a cycle of ${bank.customers} customers with ${bank.transactions / 1e6} million transactions: filling …`);
  return inNewHouse(
    (session) => fillBank(session, bank),
    async (open, memory) => {
      const { warehouse } = open.house.workspace;
      const api = apiClient(inProcess(open), open.close);
      await publish(open, api);
      const first = await runDay(open, api, DAYS.first);
      const ordinary: Day[] = [];
      for (const [round, day] of DAYS.ordinary.entries()) {
        await warehouse.write((session) => stirBank(session, bank, round, day));
        ordinary.push(await runDay(open, api, day));
      }
      const middle = (of: (day: Day) => Record<string, number>) => mapped(first.steps, (_, step) => median(ordinary.map((day) => of(day)[step] ?? Number.NaN)));
      const p95_ms = await measurePages(open, api, bank);
      const p95_load = load();
      const festival = await runDay(open, api, DAYS.festival);
      const [ordinary_seconds, ordinary_ratios] = [middle((day) => day.steps), middle((day) => day.ratios)];
      return { ...bank, first, ordinary, ordinary_seconds, ordinary_ratios, festival, memory_mb: memory.stop(), p95_ms, p95_load };
    },
  );
}

function say(result: CycleResult): void {
  const limits: Record<string, number> = result.customers < HELD_FROM ? {} : LIMITS;
  const within = (limit: number | undefined, value: number): boolean => limit === undefined || value <= limit;
  const steps = (title: string, { steps: seconds, ratios }: Pick<Day, "steps" | "ratios">, held: Record<string, number>): void => {
    for (const [step, value] of Object.entries(seconds)) {
      const ratio = ratios[step] ?? Number.NaN;
      line(`${title}: ${step}`, `${value.toFixed(2)} s  ${ratio.toFixed(2)} x`, held[step], within(held[step], ratio));
    }
  };
  console.log(`the cycle of ${result.customers} customers, ${result.transactions / 1e6} million transactions`);
  line("floor", `${result.first.floor_seconds.toFixed(2)} s`);
  steps("first day", result.first, {});
  steps("ordinary day", { steps: result.ordinary_seconds, ratios: result.ordinary_ratios }, limits);
  steps("festival", result.festival, {});
  for (const [page, ms] of Object.entries(result.p95_ms)) line(`p95 ${page}`, `${ms} ms`, limits["p95_ms"], within(limits["p95_ms"], ms));
  line("load of the machine while pages were measured", String(result.p95_load));
  line("memory of Node and PostgreSQL", `${result.memory_mb} MB`, limits["memory_mb"], within(limits["memory_mb"], result.memory_mb));
}

/** The whole daily cycle of a retail bank, of so many million customers. */
export async function benchCycle(sizes = "1"): Promise<void> {
  const results: CycleResult[] = [];
  for (const millions of sizes.split(",").map(Number)) {
    const result = await measure({ customers: millions * 1e6, transactions: millions * 20e6, branches: Math.round(millions * 400) });
    say(result);
    results.push(result);
  }
  keep("cycle.json", { limits: LIMITS, results });
}
