import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { texts } from "../../web/src/texts.js";
import { type Demo, looks, openDemo, seriousFindings, settle, textSizes, unexpected } from "./demo.js";
import { takePicture, wider } from "./harness.js";

const MODEL = `
model: to-come
title: { zh: 未来价值, en: What is to come }
about: { zh: 按预测的未来价值分层。, en: Tiers by what is foretold. }
measures:
  worth: { of: transaction, take: lifetime_value, horizon: 12 months, unit: money, default: 0, where: "amount > 0" }
  alive: { of: transaction, take: probability_alive, where: "amount > 0" }
  stays: { of: holding, take: survival, horizon: 1 year }
scores:
  v: { of: worth, bands: { quantiles: 4 } }
tiers:
  - { id: high, title: { zh: 高, en: High }, when: "v = 4" }
  - { id: low, title: { zh: 低, en: Low } }
`;

let demo: Demo;

beforeAll(async () => {
  demo = await openDemo(18454);
  const { page } = await demo.signedIn("en", "desk", "analyst");
  expect((await page.request.post("/api/v1/models", { data: { text: MODEL, origin: "to-come.yaml" } })).status()).toBe(200);
  await page.context().close();
  const { page: head } = await demo.signedIn("en", "desk");
  const last = (await (await head.request.get("/api/v1/runs?model=retail-bank&limit=1")).json()) as { items: { as_of: string }[] };
  const run = await head.request.post("/api/v1/runs", { data: { model: "to-come", as_of: last.items[0]?.as_of } });
  expect(run.status()).toBe(202);
  const { job } = (await run.json()) as { job: string };
  const asked = async (): Promise<unknown> => (await head.request.get(`/api/v1/jobs/${job}`)).json();
  await vi.waitFor(async () => expect(await asked()).toMatchObject({ state: "done" }), { timeout: 60_000, interval: 200 });
  await head.context().close();
}, 240_000);

afterAll(() => demo?.dispose());

describe("what a model foretells by", () => {
  it.each(looks)(
    "is told with how it held, in plots and figures, from the model's page, in %s at the %s",
    async (language, screen) => {
      const { page, complaints } = await demo.signedIn(language, screen);
      const say = (key: keyof typeof texts): string => texts[key][language];
      await page.goto("/tiers/to-come");
      await page.getByRole("link", { name: say("fits.open") }).click();
      await settle(page);
      await expect.poll(() => page.locator("svg").count()).toBeGreaterThan(4);
      await takePicture(page, `fits-${language}-${screen}`);
      expect(await page.locator(".page-answer").textContent()).toMatch(
        language === "zh" ? /留出的时间里，每位客户平均误差 [\d.]+ 次/ : /in the time held out it erred by [\d.]+ purchases a customer/,
      );
      for (const title of ["fits.repeats", "fits.tracking", "fits.holdout", "fits.spread", "fits.staying"] as const)
        expect(await page.getByRole("img", { name: say(title) }).count()).toBe(1);
      const parameters = page.locator(".section", { has: page.getByRole("heading", { name: say("fits.parameters"), exact: true }) }).first();
      expect(await parameters.locator("tbody tr").count()).toBe(4);
      await page.getByText(say("fits.figures")).first().click();
      await takePicture(page, `fits-figures-${language}-${screen}`, { full: false });
      expect(await wider(page)).toBe(0);
      expect(await seriousFindings(page)).toEqual([]);
      expect((await textSizes(page)).length).toBeLessThanOrEqual(3);
      const text = (await page.locator("#root").textContent()) ?? "";
      expect(Object.keys(texts).filter((key) => text.includes(key))).toEqual([]);
      expect(complaints.lines.filter(unexpected)).toEqual([]);
      await page.context().close();
    },
    120_000,
  );

  it("says so where nothing is foretold, and keeps all of them from who sees a part", async () => {
    const { page } = await demo.signedIn("en", "desk");
    await page.goto("/tiers/retail-bank/fits");
    await page.getByText(texts["fits.none"].en).waitFor();
    await page.goto("/tiers/retail-bank");
    await settle(page);
    expect(await page.getByRole("link", { name: texts["fits.open"].en }).count()).toBe(0);
    await page.context().close();
    const { page: part } = await demo.signedIn("en", "desk", "branch");
    await part.goto("/tiers/to-come/fits");
    await part.getByText("A fit is of all customers").waitFor();
    await part.context().close();
  }, 60_000);
});
