import type { ChildProcess } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Problem } from "../../src/platform/schema.js";
import { type CommandLine, commandLine, said, stopped } from "./command-line.js";

const GOOD_PLAN = `plan: care
for: retail-bank
title: { zh: 关怀, en: Care }
entitlements:
  - { id: care, title: { zh: 每月关怀, en: Monthly care }, tiers: all, owes: 1 per month }
  - { id: hello, title: { zh: 问候, en: Greeting }, tiers: all, owes: 1 per month, send: greeting }
`;
const POLICY = `policy: small
title: { zh: 小银行, en: Small bank }
workdays_per_month: 21
capacity: { senior: 180, intermediate: 300, junior: 300 }
serve:
  - { model: retail-bank, tiers: [key, diamond, platinum, gold, potential, ordinary], mode: dedicated, levels: [senior, intermediate, junior] }
`;
const BAD_PLAN = `plan: care
for: retail-bank
title: { zh: 关怀, en: Care }
entitlements:
  - { id: care, title: { zh: 关怀, en: Care }, tiers: [platinun], owes: 1 per month }
  - { id: text, title: { zh: 短信, en: Text }, tiers: all, on: birthday, send: birthdya }
  - { id: both, title: { zh: 两样, en: Both }, tiers: all, owes: 1 per month, on: birthday }
  - { id: long, title: { zh: 太久, en: Long }, tiers: all, owes: once, within: a fortnight }
  - { id: often, title: { zh: 常常, en: Often }, tiers: all, owes: now and then }
  - { id: timed, title: { zh: 计时, en: Timed }, tiers: all, on: birthday, send: birthday, minutes: 10 }
  - { id: words, title: { zh: 话术, en: Words }, tiers: all, owes: once, script: { zh: "{{ customer.nmae }}您好", en: "Good day" } }
  - { id: care, title: { zh: 又一次, en: Again }, tiers: all, owes: once }
  - { id: when, title: { zh: 条件, en: When }, tiers: all, owes: once, when: "aum >" }
`;

let tierkeep: CommandLine;
const path = (file: string) => join(tierkeep.directory, file);
const write = async (file: string, text: string) => {
  await writeFile(path(file), text);
  return path(file);
};

/** The command fails with exactly one document, which tells problems in both languages and what to do about each. */
async function problemsOf(...args: string[]): Promise<Problem[]> {
  const answer = await tierkeep.run(...args, "--json");
  expect(answer.code, answer.stdout + answer.stderr).toBe(1);
  const { problems } = answer.json<{ problems: Problem[] }>();
  for (const { message } of problems) {
    expect(message.zh).toMatch(/\p{Script=Han}/u);
    expect(message.en).not.toMatch(/\p{Script=Han}/u);
  }
  return problems;
}
const told = (problems: readonly Problem[]) => problems.map((one) => `${one.place?.line ?? "-"} ${one.code}`);
const good = async (...args: string[]) => {
  const answer = await tierkeep.run(...args, "--json");
  expect(answer.code, answer.stdout + answer.stderr).toBe(0);
  return answer;
};

/** Everything that was decided: who looks after whom, what is owed, lists, messages, and which texts are in force. */
async function standing(): Promise<unknown[]> {
  const customers = ["p1", "p2", "p3"];
  const pages = [
    ...customers.map((id) => `/customers/${id}`),
    "/messages?limit=200",
    "/today/summary",
    "/portfolio",
    "/plans",
    "/coverage?from=2026-01-01&to=2026-12-31",
  ];
  return Promise.all(pages.map(async (page) => (await ask("GET", page)).json() as Promise<unknown>));
}

let serving: ChildProcess;
let server: { url: string; token: string };
/** Ask the server as its operator. */
const ask = (method: "GET" | "POST", path: string, body?: object): Promise<Response> =>
  fetch(new URL(`/api/v1${path}`, server.url), {
    method,
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const managers = (rows: readonly string[]) => `id,name,kind,branch\n${rows.join("\n")}\n`;

async function bring(file: string, text: string, as: string, map: string): Promise<void> {
  await good("import", await write(file, text), "--as", as, "--map", map, "--source", "bank");
}
const asCustomers = "customer_id=id,name=name,kind=kind,branch=branch";
const asAttributes = "customer_id=id,name=attribute,on_date=day,text_value=text,number_value=number";

beforeAll(async () => {
  tierkeep = await commandLine();
  await good("init");
  serving = tierkeep.start("serve", "--port", "0");
  await said(serving, /http:\/\/\S+/);
  server = JSON.parse(await readFile(join(tierkeep.workspace, "server.json"), "utf8")) as typeof server;
  await ask("POST", "/cycles/schedule", { enabled: false, starts_at: "06:00" });
  await bring(
    "people.csv",
    managers(["M1,李静,manager,城东支行", "p1,张一,person,城东支行", "p2,张二,person,城东支行", "p3,张三,person,城东支行"]),
    "customer",
    asCustomers,
  );
  await bring(
    "balances.csv",
    "id,day,amount\np1,2026-01-01,100000\np2,2026-01-01,300000\np3,2026-01-01,2000000\n",
    "balance",
    "customer_id=id,on_date=day,amount=amount,kind='deposit'",
  );
  await good("models", "apply", "retail-bank");
  await good("portfolio", "apply", await write("policy.yaml", POLICY));
  await good("plans", "apply", await write("care.yaml", GOOD_PLAN));
  await good("run", "--day", "2026-03-30");
}, 120_000);
afterAll(() => tierkeep.dispose());

test("a plan with nine mistakes tells all nine, each with its line and what to do, and nothing is published", async () => {
  const before = await standing();
  const file = await write("bad.yaml", BAD_PLAN);
  for (const verb of ["check", "apply"]) {
    const problems = await problemsOf("plans", verb, file);
    expect(told(problems)).toEqual([
      "5 service.unknown_tier",
      "6 service.unknown_template",
      "7 service.when_owed",
      "8 service.bad_duration",
      "9 service.bad_owes",
      "10 service.task_or_text",
      "11 service.unknown_place",
      "12 service.twice",
      expect.stringMatching(/^13 service\./),
    ]);
    expect(problems.every((one) => one.place?.file?.endsWith("bad.yaml") ?? false)).toBe(true);
    const hints = problems.filter((one) => one.code !== "service.twice" && one.place?.line !== 13).map((one) => one.hint?.en ?? "");
    expect(hints.every((hint) => hint !== "")).toBe(true);
    expect(hints.slice(0, 2)).toEqual(["did you mean platinum?", "did you mean birthday?"]);
  }
  const unknown = await problemsOf("plans", "apply", await write("model.yaml", GOOD_PLAN.replace("for: retail-bank", "for: retial-bank")));
  expect(unknown).toMatchObject([{ code: "service.unknown_model", place: { line: 2 }, hint: { en: "did you mean retail-bank?" } }]);
  expect(await standing()).toEqual(before);
});

test("a person reads the same on standard error, in the language asked for", async () => {
  const answer = await tierkeep.run("plans", "check", path("bad.yaml"), "--lang", "zh");
  expect([answer.code, answer.stdout]).toEqual([1, ""]);
  for (const words of ["platinun", "birthdya", "bad.yaml:13"]) expect(answer.stderr).toContain(words);
  expect(answer.stderr).toMatch(/没有层级/);
});

test("a policy that names a tier there is not, one twice, and leaves one out", async () => {
  const before = await standing();
  const text = POLICY.replace("[key, diamond, platinum, gold, potential, ordinary]", "[key, diamnod, platinum, platinum, potential, ordinary]");
  for (const verb of ["check", "apply"]) {
    const problems = await problemsOf("portfolio", verb, await write("bad-policy.yaml", text));
    expect(told(problems)).toEqual(["5 portfolio.not_served", "6 portfolio.unknown_tier", "6 portfolio.twice"]);
    expect(problems[0]?.message.en).toContain("nobody serves gold of");
    expect(problems[1]?.hint?.en).toBe("did you mean diamond?");
  }
  expect(await standing()).toEqual(before);
});

test("managers without a branch, of a level there is not, with an odd capacity: all at once, and nobody half assigned", async () => {
  const before = await standing();
  await bring("more.csv", managers(["M2,陈强,manager,", "M3,赵磊,manager,城西支行", "M4,孙敏,manager,城西支行"]), "customer", asCustomers);
  await bring("levels.csv", "id,attribute,day,text,number\nM3,level,2026-01-01,captain,\nM4,capacity,2026-01-01,,9999\n", "attribute", asAttributes);
  const expected = ["portfolio.manager_without_branch", "portfolio.unknown_level", "portfolio.bad_capacity"];
  for (const args of [["assign"], ["run", "--day", "2026-03-31"]]) {
    const problems = await problemsOf(...args);
    expect(problems.map((one) => one.code)).toEqual(expected);
    expect(problems.map((one) => one.place?.path)).toEqual(["manager M2", "manager M3", "manager M4"]);
    expect(problems.every((one) => one.hint !== undefined)).toBe(true);
  }
  expect(await standing()).toEqual(before);
  const cycles = (await good("cycles")).json<{ items: { day: string; state: string; steps: { step: string; state: string }[] }[] }>();
  expect(cycles.items[0]).toMatchObject({ day: "2026-03-31", state: "failed" });
  expect(cycles.items[0]?.steps.map((one) => `${one.step} ${one.state}`)).toEqual([
    "import done",
    "contacts done",
    "tier done",
    "assign failed",
    "plan waiting",
    "messages waiting",
  ]);
});

test("mended, but with no capacity anywhere, is told too", async () => {
  const before = await standing();
  await bring("mended.csv", managers(["M2,陈强,manager,城西支行"]), "customer", asCustomers);
  const zero = ["M1", "M2", "M3", "M4"].map((id) => `${id},capacity,2026-03-01,,0`);
  await bring("zero.csv", `id,attribute,day,text,number\nM3,level,2026-03-01,junior,\n${zero.join("\n")}\n`, "attribute", asAttributes);
  expect((await problemsOf("assign")).map((one) => one.code)).toEqual(["portfolio.no_capacity"]);
  expect(await standing()).toEqual(before);
});

test("with capacity again, the day that failed goes on from where it stopped", async () => {
  await bring("again.csv", "id,attribute,day,text,number\nM1,capacity,2026-03-02,,300\n", "attribute", asAttributes);
  const cycle = (await good("run", "--day", "2026-03-31")).json<{ state: string; steps: { state: string }[] }>();
  expect(cycle.state).toBe("done");
});

test("two cycles asked of one server at once: one runs, one says so", async () => {
  const answers = await Promise.all([1, 2, 3, 4].map(() => ask("POST", "/cycles", { day: "2026-04-01" })));
  expect(answers.map((one) => one.status).sort((a, b) => a - b)).toEqual([202, 409, 409, 409]);
  const refused = answers.find((one) => one.status === 409);
  expect(await refused?.json()).toMatchObject({ problems: [{ code: "cycle.running" }] });
  const accepted = answers.find((one) => one.status === 202);
  const { job } = ((await accepted?.json()) ?? {}) as { job?: string };
  let state = "queued";
  while (state === "queued" || state === "running") state = ((await (await ask("GET", `/jobs/${job}?wait=10000`)).json()) as { state: string }).state;
  expect(state).toBe("done");
  expect((await ask("POST", "/cycles", { day: "2026-04-01" })).status).toBe(202); // done already, so nothing is left to do
});

test("two commands without a server: one waits for the other, and the day is done once", async () => {
  await stopped(serving, "SIGTERM");
  const answers = await Promise.all([1, 2].map(() => tierkeep.run("run", "--day", "2026-04-02", "--json")));
  expect(
    answers.map((answer) => answer.code),
    answers.map((answer) => answer.stderr).join("\n"),
  ).toEqual([0, 0]);
  const [one, other] = answers.map((answer) => answer.json<{ day: string; state: string; steps: { started_at: string }[] }>());
  expect(one).toMatchObject({ day: "2026-04-02", state: "done" });
  expect(other).toEqual(one); // the same steps, begun at the same moments
});
