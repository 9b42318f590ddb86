import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { daysAfter } from "../../src/platform/calendar/index.js";
import type { FitAnswer } from "../../src/tiering/fit/fit.js";
import { shoppers } from "../../src/tiering/fitted/testing.js";
import type { ModelFits } from "../../src/tiering/schema.js";
import { type CommandLine, commandLine } from "./command-line.js";

const AS_OF = "2025-12-31";

const MODEL = `
model: worth
title: { zh: 未来价值, en: Future worth }
calibrate: monthly
measures:
  alive: { title: { zh: 活跃概率, en: Chance to be alive }, of: transaction, take: probability_alive, where: "amount > 0" }
  worth: { of: transaction, take: lifetime_value, horizon: 12 months, margin: 0.3, discount: 0.1, default: 0, where: "amount > 0" }
scores:
  v: { of: worth, bands: { quantiles: 3 } }
tiers:
  - { id: high, when: "v = 3" }
  - { id: low }
`;

const shopping = (people: number): string[] =>
  Object.entries(shoppers(people, 11)).flatMap(([who, bought]) => bought.map(({ ago, amount }) => `${who},${daysAfter(AS_OF, -ago)},${amount}`));

let line: CommandLine;
beforeAll(async () => {
  line = await commandLine();
  await line.told("init");
  const lines = shopping(150);
  await writeFile(join(line.directory, "shop.csv"), `who,day,amount\n${lines.join("\n")}\n${lines[0]?.replace(/\d+$/, "-5") ?? ""}\n`);
  await writeFile(join(line.directory, "worth.yaml"), MODEL);
  await line.told("import", "shop.csv", "--as", "transaction", "--map", "customer_id=who,occurred_at=day,amount=amount");
  await line.told("models", "apply", "worth.yaml");
});
afterAll(() => line.dispose());

test("a model that never ran has no fits, and says what to do", async () => {
  const early = await line.run("fits", "worth", "--json");
  expect(early.code).toBe(1);
  expect(early.json()).toMatchObject({ problems: [{ hint: { en: expect.stringContaining("tierkeep tier") } }] });
  const nobody = await line.run("fits", "nobody", "--json");
  expect(nobody.code).toBe(1);
  expect(nobody.json()).toMatchObject({ problems: [{ code: "tiering.no_such_model" }] });
});

test("the fits of a run are what tierkeep fit makes of the same rows by hand", async () => {
  await line.told("tier", "worth", "--as-of", AS_OF);
  const { fits, calibrate } = await line.told<ModelFits>("fits", "worth");
  expect(calibrate.en).toContain("month");
  expect(fits.map(({ model }) => model)).toEqual(["mbg_nbd", "gamma_gamma"]);
  await writeFile(join(line.directory, "sales.csv"), `who,day,amount\n${shopping(150).join("\n")}\n`);
  await line.told(
    "summarize",
    "--data",
    "sales.csv",
    "--columns",
    "customer_id=who,occurred_at=day,amount=amount",
    "--unit",
    "week",
    "--until",
    AS_OF,
    "--out",
    "lives.csv",
  );
  const byHand = await line.told<FitAnswer>("fit", "mbg_nbd", "--data", "lives.csv", "--columns", "x=x,t_x=t_x,t=t");
  const spends = await line.told<FitAnswer>("fit", "gamma_gamma", "--data", "lives.csv", "--columns", "x=x,spend=spend");
  for (const [fit, hand] of [
    [fits[0], byHand],
    [fits[1], spends],
  ] as const) {
    expect(Object.keys(fit?.parameters ?? {})).toEqual(Object.keys(hand.parameters));
    for (const [name, value] of Object.entries(hand.parameters)) expect(fit?.parameters[name]).toBeCloseTo(value, 4);
    for (const [name, value] of Object.entries(hand.standard_errors ?? {})) expect(fit?.standard_errors?.[name]).toBeCloseTo(value, 3);
  }
  const holdout = fits[0]?.purchases?.holdout;
  expect(holdout?.expected_error).toBeLessThan(holdout?.naive_error ?? 0);
});

test("they are told in words: what they are for, the parameters and how they held", async () => {
  const { stdout: en } = await line.run("fits", "worth");
  expect(en).toMatch(/^Future worth as of 2025-12-31; fitted anew after the end of each month/);
  expect(en).toMatch(/MBG\/NBD \(transactions where amount > 0\), fitted as of 2025-12-31 to 150 customers; for: Chance to be alive, worth/);
  expect(en).toMatch(/Held out after 20\d\d-\d\d-\d\d up to 2025-12-31: [\d,]+ purchases came/);
  const { stdout: zh } = await line.run("fits", "worth", "--lang", "zh");
  expect(zh).toMatch(/^未来价值，截至 2025-12-31；每月末重新拟合/);
  expect(zh).toMatch(/留出检验/);
  await line.told("tier", "rfm", "--as-of", AS_OF);
  expect((await line.run("fits", "rfm")).stdout).toContain("The model foretells nothing.");
});
