import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { CustomerTier, Explanation, ModelVersion, PublishedModel } from "../../src/tiering/schema.js";
import { commandLine } from "./command-line.js";
import { deposit, level, manager, person, smallBank } from "./small-bank.js";

const BRANCH = "城东支行";
const open: { dispose(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.dispose();
});

test("over the API: the first published until somebody who may names another; it comes first, and answers where no model is named", async () => {
  const bank = await smallBank();
  open.push(bank);
  const analyst = await bank.user("ana", "analyst", {});
  const head = await bank.user("head", "head", {});
  const branch = await bank.user("branch", "branch_head", { branches: [BRANCH] });
  expect(await branch("GET", "/customers/gao/explanation")).toMatchObject({ status: 422, body: { problems: [{ code: "tiering.no_model" }] } });

  await bank.bring({
    customer: [manager("M1", BRANCH), person("gao", BRANCH)],
    attribute: [level("M1", "senior")],
    balance: [deposit("gao", "2026-01-01", 6_500_000)],
  });
  for (const preset of ["retail-bank", "finance"]) await bank.api.post("/models", { preset });
  await bank.cycle("2026-03-30");

  const shown = async () => {
    const { body } = await branch<{ items: PublishedModel[] }>("GET", "/models");
    const tiers = (await branch<CustomerTier[]>("GET", "/customers/gao/tiers")).body as unknown as CustomerTier[];
    const { model } = (await branch<Explanation>("GET", "/customers/gao/explanation")).body;
    return { listed: body.items.flatMap((one) => (one.service ? [one.model] : [])), tiers: tiers.map((one) => [one.model, one.service]), explained: model };
  };
  const retail = [
    ["retail-bank", true],
    ["finance", false],
  ];
  expect(await shown()).toEqual({ listed: ["retail-bank"], tiers: retail, explained: "retail-bank" });

  // a new version makes it no other model
  const { text } = await bank.api.get<ModelVersion>("/models/retail-bank");
  await bank.api.post("/models", { text: `${text}\n`, origin: "mine.yaml" });
  expect((await shown()).listed).toEqual(["retail-bank"]);

  const name = (ask: typeof branch, model: string) => ask("POST", `/models/${model}/service`);
  expect((await name(branch, "finance")).status).toBe(403);
  expect((await name(analyst, "rfm")).body.problems).toMatchObject([
    { code: "tiering.not_published", hint: { en: "Publish it first: tierkeep models apply rfm" } },
  ]);
  expect(await name(analyst, "nonsense")).toMatchObject({ status: 404, body: { problems: [{ hint: { en: "Published are: finance, retail-bank" } }] } });
  expect((await shown()).explained).toBe("retail-bank");

  expect(await name(analyst, "finance")).toMatchObject({ status: 200, body: { model: "finance", service: true } });
  const finance = [
    ["finance", true],
    ["retail-bank", false],
  ];
  expect(await shown()).toEqual({ listed: ["finance"], tiers: finance, explained: "finance" });
  expect((await head("GET", "/audit?action=models.service")).body.items).toMatchObject([
    { actor: "ana", subject: "model:finance", detail: { before: "retail-bank" } },
  ]);
  // a model that is named is the one asked
  expect((await branch<Explanation>("GET", "/customers/gao/explanation?model=retail-bank")).body.model).toBe("retail-bank");
}, 60_000);

test("on the command line: it is told and changed, and commands without a model speak of it", async () => {
  const tierkeep = await commandLine();
  open.push(tierkeep);
  const { told } = tierkeep;
  await told("init");
  const file = join(tierkeep.directory, "shop.csv");
  await writeFile(file, "cust,date,amt\nc1,2024-01-05,10\nc2,2024-02-05,900\n");
  await told("import", file, "--as", "transaction", "--map", "customer_id=cust,occurred_at=date,amount=amt");
  const none = await tierkeep.run("customers", "--json");
  expect([none.code, none.json()]).toMatchObject([1, { problems: [{ code: "tiering.no_model" }] }]);

  for (const model of ["rfm", "purchase"]) await told("tier", model, "--as-of", "2024-12-31");
  expect(await told("models", "service")).toMatchObject({ model: "rfm", service: true });
  expect(await told("explain", "c2")).toMatchObject({ model: "rfm" });
  const columns = async () => Object.keys((await told<{ items: { figures: object }[] }>("customers")).items[0]?.figures ?? {});
  expect(await columns()).toContain("monetary");

  expect(await told("models", "service", "purchase")).toMatchObject({ model: "purchase", service: true });
  expect(await told("explain", "c2")).toMatchObject({ model: "purchase" });
  expect(await columns()).not.toContain("monetary");
  expect((await tierkeep.run("models", "list")).stdout).toMatch(/purchase .*Service tier/);
  expect((await tierkeep.run("--lang", "zh", "models", "service")).stdout).toContain("服务层级：购买行为分层（purchase）");
  const refused = await tierkeep.run("models", "service", "aarrr", "--json");
  expect([refused.code, refused.json()]).toMatchObject([1, { problems: [{ code: "tiering.not_published" }] }]);
}, 120_000);
