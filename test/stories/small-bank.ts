import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inProcess } from "../../src/app/connect.js";
import { type OpenHouse, openHouse } from "../../src/app/house.js";
import { columnsOf } from "../../src/customer/schema.js";
import type { ImportResult } from "../../src/intake/schema.js";
import { type ApiClient, apiClient } from "../../src/platform/cli/client.js";
import type { Cycle } from "../../src/platform/cycle/schema.js";
import type { Problem } from "../../src/platform/schema.js";
import { createWorkspace, type Workspace } from "../../src/platform/workspace/index.js";
import { temporaryDirectory } from "../../src/platform/workspace/testing.js";
import { presetText } from "../../src/tiering/presets.js";
import type { RunResult } from "../../src/tiering/schema.js";

/** Which columns make a row of a fact the one it is: the same again is a correction. */
const keys = {
  customer: ["customer_id"],
  balance: ["account_ref", "on_date"],
  holding: ["holding_ref"],
  interaction: ["customer_id", "occurred_at"],
  attribute: ["customer_id", "name", "on_date"],
} as const;
type Fact = keyof typeof keys;
export type Facts = Partial<Record<Fact, readonly Record<string, string | number>[]>>;

const quiet = (): void => undefined;

export interface Answer<T> {
  status: number;
  body: T & { problems: Problem[]; items: Record<string, unknown>[] };
}
/** Ask as somebody who signed in. */
export type Ask = <T = Record<string, unknown>>(method: "GET" | "POST", path: string, body?: object) => Promise<Answer<T>>;

/** A bank of a handful of people in a workspace of its own, spoken to over the API. */
export interface SmallBank {
  open: OpenHouse;
  workspace: Workspace;
  /** As the operator. */
  api: ApiClient;
  bring(facts: Facts): Promise<ImportResult>;
  /** Let the queue do what was asked for, and give its result. */
  job<T>(path: string, body: object): Promise<T>;
  cycle(day: string): Promise<Cycle>;
  /** One run of the retail model, and no cycle. */
  tier(asOf: string): Promise<RunResult>;
  user(login: string, role: string, scope: { branches?: string[]; manager?: string }): Promise<Ask>;
  rows<T extends object>(query: string, values?: readonly unknown[]): Promise<T[]>;
  /** The number by which the stores know a customer or manager. */
  number(customer: string): Promise<number>;
  dispose(): Promise<void>;
}

/** Rows of PostgreSQL as they lie there, whoever may see them. */
export async function rowsOf<T extends object>({ postgres }: Workspace, query: string, values: readonly unknown[] = []): Promise<T[]> {
  const client = await postgres.pool.connect();
  try {
    await client.query("begin");
    await client.query("select set_config('tierkeep.visible', 'all', true)");
    return (await client.query<T>(query, [...values])).rows;
  } finally {
    await client.query("rollback");
    client.release();
  }
}

const columns = (fact: Fact): string[] => columnsOf(fact).map(({ name }) => name);

function mappingOf(facts: Facts): string {
  const parts = (Object.keys(facts) as Fact[]).map((fact) => {
    const map = columns(fact).map((name) => `${name}: ${name}`);
    return `  ${fact}:\n    match: "${fact}.csv"\n    facts:\n      - as: ${fact}\n        key: [${keys[fact].join(", ")}]\n        map: { ${map.join(", ")} }`;
  });
  return `source: bank\ntitle: { zh: 银行, en: Bank }\nfiles:\n${parts.join("\n")}\n`;
}

export async function smallBank(): Promise<SmallBank> {
  delete process.env["DATABASE_URL"];
  const home = await temporaryDirectory();
  const directory = join(home, "w");
  await createWorkspace(directory);
  const open = await openHouse(directory);
  const { workspace } = open.house;
  const api = apiClient(inProcess(open), () => Promise.resolve());
  await api.post("/cycles/schedule", { enabled: false, starts_at: "06:00" });
  let folders = 0;
  const job: SmallBank["job"] = async <T>(path: string, body: object) => api.job<T>(await api.post<{ job: string }>(path, body), quiet);
  return {
    open,
    workspace,
    api,
    job,
    async bring(facts) {
      const folder = join(home, `given-${++folders}`);
      await mkdir(folder);
      for (const [fact, rows] of Object.entries(facts) as [Fact, Record<string, string | number>[]][]) {
        const lines = rows.map((row) =>
          columns(fact)
            .map((name) => row[name] ?? "")
            .join(","),
        );
        await writeFile(join(folder, `${fact}.csv`), `${columns(fact).join(",")}\n${lines.join("\n")}\n`);
      }
      return job<ImportResult>("/imports", { path: folder, mapping_text: mappingOf(facts) });
    },
    cycle: (day) => job<Cycle>("/cycles", { day }),
    tier: (asOf) => job<RunResult>("/runs", { model: "retail-bank", as_of: asOf }),
    async user(login, role, scope) {
      const password = `${login} has a password`;
      await api.post("/users", { login, name: login, role, password, ...scope });
      const signedIn = await open.server.inject({ method: "POST", url: "/api/v1/session", payload: { login, password } });
      const { token } = signedIn.json<{ token: string }>();
      return async <T>(method: "GET" | "POST", path: string, body?: object) => {
        const headers = { authorization: `Bearer ${token}` };
        const answer = await open.server.inject({ method, url: `/api/v1${path}`, headers, ...(body === undefined ? {} : { payload: body }) });
        return { status: answer.statusCode, body: answer.json<Answer<T>["body"]>() };
      };
    },
    rows: (query, values) => rowsOf(workspace, query, values),
    async number(customer) {
      const found = await workspace.warehouse.first<{ n: number }>({
        parts: ["select customer_id as n from profile where public_id = ", ""],
        holes: [customer],
      });
      if (found === undefined) throw new Error(`nobody is called ${customer}`);
      return found.n;
    },
    async dispose() {
      await open.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The retail bank's model for a bank so small that one customer is a large part of it: tiers follow the grades at once, and no share stops a run. */
export const followsAtOnce = (): { text: string; origin: string } => {
  const text = presetText("retail-bank") ?? "";
  return { text: text.replace(/stability:\n(?: {2}.*\n)+safety: .*\n/, ""), origin: "mine.yaml" };
};

/** Deposits that stand since a day: what a tier comes from. */
export const deposit = (customer: string, on_date: string, amount: number) => ({
  customer_id: customer,
  account_ref: `${customer}-D`,
  kind: "deposit",
  on_date,
  amount,
});
export const person = (customer: string, branch: string, more: Record<string, string> = {}) => ({
  customer_id: customer,
  kind: "person",
  name: `客户${customer}`,
  phone: "13900000000",
  since_on: "2020-01-01",
  branch,
  ...more,
});
export const manager = (id: string, branch: string) => ({ customer_id: id, kind: "manager", name: `经理${id}`, phone: "13800000000", branch });
export const level = (id: string, text_value: string) => ({ customer_id: id, name: "level", on_date: "2020-01-01", text_value });
