import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Language } from "../../src/platform/schema.js";
import { texts } from "../../web/src/texts.js";
import { type Demo, looks, openDemo, seriousFindings, settle, textSizes, unexpected } from "./demo.js";
import { type Complaints, openPage, type Screen, takePicture, wider } from "./harness.js";

/** Every page on the demo as it is shipped: in both languages, at a desk and on a phone. */
const pages = [
  ["overview", "/"],
  ["customers", "/customers?model=retail-bank"],
  ["condition", "/customers?model=rfm&where=monetary%20%3E%201000&sort=-monetary"],
  ["mistaken-condition", "/customers?model=rfm&where=monitary%20%3E%201"],
  ["tiers", "/tiers"],
  ["model", "/tiers/rfm"],
  ["runs", "/runs"],
  ["data", "/data"],
  ["audit", "/audit?action=tiers.run"],
  ["settings", "/settings"],
  ["nowhere", "/nowhere"],
] as const;

let demo: Demo;

beforeAll(async () => {
  demo = await openDemo(18420);
}, 240_000);

afterAll(() => demo?.dispose());

const signedIn = (language: Language, screen: Screen, login?: string): Promise<{ page: Page; complaints: Complaints }> =>
  demo.signedIn(language, screen, login);

describe("the workbench", () => {
  it("asks who comes, and opens for the right password", async () => {
    const { page, complaints } = await openPage(demo.browser, "desk", { baseURL: demo.address });
    await page.goto("/customers");
    await page.waitForURL(/sign-in/);
    await takePicture(page, "sign-in-zh-desk");
    await page.getByLabel("用户名").fill("president");
    await page.getByLabel("密码").fill("wrong-password");
    await page.getByRole("button", { name: "登录" }).click();
    await page.getByRole("alert").first().waitFor();
    await page.getByLabel("密码").fill("tierkeep-demo");
    await page.getByRole("button", { name: "登录" }).click();
    await page.waitForURL(/\/customers/);
    await settle(page);
    expect(complaints.lines.filter(unexpected)).toEqual([]);
    await page.context().close();
  });

  it.each(looks)(
    "shows every page whole, in %s at the %s",
    async (language, screen) => {
      const { page, complaints } = await signedIn(language, screen);
      const found: string[] = [];
      for (const [name, path] of pages) {
        await page.goto(path);
        await settle(page);
        await takePicture(page, `${name}-${language}-${screen}`);
        const text = await page.locator("#root").textContent();
        // the other language's name and the signed-in person's name are Chinese on an English page, too
        if (language === "en" && name === "overview") expect(text?.replaceAll(/中文|总行行长/g, "")).not.toMatch(/[\u4e00-\u9fff]/);
        expect(
          Object.keys(texts).filter((key) => text?.includes(key)),
          `phrases without words on ${name}`,
        ).toEqual([]);
        const over = await wider(page);
        if (over > 0) found.push(`${name} is ${over} px wider than the screen`);
      }
      expect(found).toEqual([]);
      expect(complaints.lines.filter(unexpected)).toEqual([]);
      await page.context().close();
    },
    120_000,
  );

  it("opens a customer from the list and says why they have their tier", async () => {
    for (const [language, screen] of looks) {
      const { page, complaints } = await signedIn(language, screen);
      await page.goto("/customers?model=retail-bank");
      await settle(page);
      await page.locator("main a[href*='/customers/']").first().click();
      await page.waitForURL(/\/customers\/[^?]+/);
      await settle(page);
      await takePicture(page, `customer-${language}-${screen}`);
      expect(await wider(page), `customer ${language} ${screen}`).toBe(0);
      if (language === "zh" && screen === "desk")
        for (const tab of ["持有", "余额", "交易", "互动"]) {
          await page.getByRole("tab", { name: new RegExp(`^${tab}`) }).click();
          const shown = page.getByRole("tabpanel").filter({ visible: true });
          expect(await shown.locator("tbody tr").count()).toBeGreaterThan(0);
          expect((await shown.locator("td").allTextContents()).filter((cell) => /^[a-z_]+$/.test(cell))).toEqual([]);
        }
      expect(complaints.lines.filter(unexpected)).toEqual([]);
      await page.context().close();
    }
  }, 120_000);

  it("can be read by everybody: no serious finding of axe on any page", async () => {
    const { page } = await signedIn("zh", "desk");
    const findings: string[] = [];
    for (const [name, path] of pages) {
      await page.goto(path);
      await settle(page);
      findings.push(...(await seriousFindings(page)).map((finding) => `${name}: ${finding}`));
    }
    expect(findings).toEqual([]);
    await page.context().close();
  }, 120_000);

  it("opens what a number counts: a tier's card leads to exactly its customers", async () => {
    const { page, complaints } = await signedIn("en", "desk");
    await page.goto("/?model=rfm");
    await settle(page);
    const counted = page.locator(".tier-card .count a").first();
    const number = (await counted.textContent())?.trim() ?? "";
    await counted.click();
    await page.waitForURL(/\/customers\?.*tier=/);
    await settle(page);
    await expect.poll(() => page.locator(".page-answer").textContent()).toMatch(new RegExp(`^${number} customers?$`));

    await page.goto("/?model=rfm");
    await settle(page);
    const moved = page.locator(".matrix td a").first();
    const who = (await moved.textContent())?.trim() ?? "";
    await moved.click();
    await page.waitForURL(/from=/);
    await settle(page);
    await expect.poll(() => page.locator(".page-answer").textContent()).toMatch(new RegExp(`^${who} customers?$`));
    expect(complaints.lines).toEqual([]);
    await page.context().close();
  });

  it("pages forward and back, sorts, and keeps all of it in the address", async () => {
    const { page } = await signedIn("en", "desk");
    await page.goto("/customers?model=rfm");
    await settle(page);
    const first = page.locator("main tbody a[href*='/customers/']").first();
    const firstOfFirst = await first.textContent();
    await page.getByRole("button", { name: "Next" }).click();
    await page.waitForURL(/page=2/);
    await expect.poll(() => first.textContent()).not.toBe(firstOfFirst);
    const firstOfSecond = await first.textContent();
    await page.reload();
    await settle(page);
    expect(await first.textContent()).toBe(firstOfSecond);
    await page.getByRole("button", { name: "Previous" }).click();
    await expect.poll(() => first.textContent()).toBe(firstOfFirst);
    await page.getByRole("columnheader", { name: /Amount spent/ }).click();
    await page.waitForURL(/sort=/);
    await page.context().close();
  });

  it("tells what each tier asks in words, where the text came from, and what a preset says to who may not adopt it", async () => {
    for (const [language, screen] of looks) {
      const { page, complaints } = await signedIn(language, screen, "president");
      const zh = language === "zh";
      await page.goto("/tiers/retail-bank");
      await settle(page);
      const rungs = page.locator(".rungs li");
      expect(await rungs.nth(1).textContent()).toContain(zh ? "月日均资产不低于 6,000,000" : "Average assets at least 6,000,000");
      expect(await rungs.last().textContent()).toContain(zh ? "以上都不符合的客户" : "everybody else");
      expect(await page.getByRole("main").textContent()).toContain(zh ? "系统运维 · 来自预置模型 retail-bank" : "Operator · from the preset retail-bank");
      expect(await page.locator("pre.source").isVisible()).toBe(false);
      await takePicture(page, `model-conditions-${language}-${screen}`);
      await page.getByText(zh ? "展开原文" : "Show the text").click();
      expect(await page.locator("pre.source").textContent()).toContain("model: retail-bank");

      await page.goto("/tiers");
      await settle(page);
      await page.getByText(zh ? "由有“发布分层模型”权限的人采用" : "Who may publish models adopts them").waitFor();
      await page
        .getByRole("button", { name: zh ? "看原文: 电信用户分层" : "See the text: Telecom" })
        .first()
        .click();
      await expect.poll(() => page.locator("pre.source").textContent()).toContain("model: telecom");
      await takePicture(page, `presets-read-${language}-${screen}`);
      expect(await wider(page)).toBe(0);
      expect(complaints.lines).toEqual([]);
      await page.context().close();
    }
  }, 60_000);

  it("tells a condition's mistake at its field", async () => {
    const { page } = await signedIn("zh", "desk");
    await page.goto("/customers?model=rfm");
    await settle(page);
    await page.getByLabel("条件").fill("monitary > 1");
    await page.getByRole("button", { name: "查询" }).click();
    await expect.poll(() => page.locator(".where [role=alert]").textContent()).toContain("monetary");
    expect(await page.getByLabel("条件").getAttribute("aria-invalid")).toBe("true");
    await page.context().close();
  });

  it("runs a model and shows it through to its result", async () => {
    const { page, complaints } = await signedIn("en", "phone", "analyst");
    await page.goto("/runs");
    await settle(page);
    await page.getByRole("button", { name: "Start a run" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Start", exact: true }).click();
    await page.waitForURL(/job=/);
    await page.getByRole("link", { name: "See the overview" }).waitFor();
    await takePicture(page, "run-done-en-phone");
    expect(complaints.lines).toEqual([]);
    await page.context().close();
  });

  it("pages the runs on a phone, and tells runs that failed in a line each, which opens", async () => {
    for (const [language, screen] of looks) {
      const { page, complaints } = await signedIn(language, screen, "analyst");
      const zh = language === "zh";
      const asked = await page.request.post("/api/v1/runs", { data: { model: "rfm", as_of: "2000-01-01" } });
      const { job } = (await asked.json()) as { job: string };
      await expect.poll(async () => ((await (await page.request.get(`/api/v1/jobs/${job}?wait=2000`)).json()) as { state: string }).state).toBe("failed");
      await page.goto("/runs");
      await settle(page);
      const rows = page.locator(screen === "phone" ? "ul.cards > li" : "tbody tr.ant-table-row");
      const shown = await rows.count();
      expect(shown).toBeGreaterThan(5);
      if (screen === "phone") expect(shown).toBeLessThanOrEqual(20);
      const failed = page.locator(".unfinished details").first();
      expect((await failed.boundingBox())?.height).toBeLessThan(40);
      expect(await failed.getByRole("alert").isVisible()).toBe(false);
      await takePicture(page, `runs-failed-${language}-${screen}`);
      await failed.locator("summary").click();
      await failed.getByText(zh ? "怎么办" : "What to do").waitFor();
      expect(await wider(page)).toBe(0);
      expect(await seriousFindings(page)).toEqual([]);
      expect(complaints.lines).toEqual([]);
      await page.context().close();
    }
  }, 90_000);

  it("marks the service tier, and lets who publishes models make it another's, in both languages", async () => {
    const looked = [
      ["zh", "desk", "RFM", "服务层级", "设为服务层级", "层级、管户和服务计划不变"],
      ["en", "phone", "Retail bank", "Service tier", "Make it the service tier", "Grades, portfolios and service plans stay as they are"],
    ] as const;
    for (const [language, screen, title, tag, deed, follows] of looked) {
      const { page, complaints } = await signedIn(language, screen, "analyst");
      await page.goto("/tiers");
      await settle(page);
      const row = page.locator("main tr, main li").filter({ has: page.locator("a[href*='/tiers/']", { hasText: title }) });
      const marked = page.locator("main tr, main li").filter({ has: page.locator(".ant-tag", { hasText: tag }) });
      expect(await marked.count()).toBe(1);
      expect(await marked.textContent()).not.toContain(title);
      await row.getByRole("button", { name: deed }).click();
      const asked = page.getByRole("dialog").filter({ hasText: follows });
      await asked.waitFor();
      await takePicture(page, `service-model-sure-${language}-${screen}`, { full: false });
      expect(await wider(page)).toBe(0);
      await asked.getByRole("button", { name: deed }).click();
      await expect.poll(() => marked.textContent()).toContain(title);
      await settle(page);
      await takePicture(page, `service-model-${language}-${screen}`);
      // what names no model speaks of it
      await page.goto("/customers");
      await settle(page);
      expect(await page.locator(".ant-select", { hasText: title }).count()).toBe(1);
      await page.goto(((await page.locator("main a[href*='/customers/']").first().getAttribute("href")) ?? "").replace(/\?.*/, ""));
      const first = page.locator(".tier-picks a").first();
      await expect.poll(() => first.textContent()).toContain(tag);
      expect(await first.getAttribute("aria-current")).toBe("true");
      await settle(page);
      await takePicture(page, `service-model-customer-${language}-${screen}`);
      expect(complaints.lines).toEqual([]);
      await page.context().close();
    }
    const { page } = await signedIn("en", "desk", "president");
    await page.goto("/tiers");
    await settle(page);
    expect(await page.locator(".ant-tag", { hasText: "Service tier" }).count()).toBe(1);
    await page.context().close();
  }, 120_000);

  it("takes a file in the browser and says which rows were set aside, and why", async () => {
    const { page, complaints } = await signedIn("zh", "desk", "analyst");
    await page.goto("/data");
    await settle(page);
    await page.getByRole("button", { name: "导入文件" }).click();
    const buffer = Buffer.from("客户号,账号,余额类型,日期,余额\nP000001,P000001-D1,deposit,2020-01-01,5.50\nP000001,P000001-D1,deposit,2020-01-02,不详\n");
    await page.setInputFiles("input[type=file]", { name: "balances.csv", mimeType: "text/csv", buffer });
    await page.getByRole("dialog").getByRole("combobox").click();
    await page.locator(".ant-select-item-option", { hasText: "(sample-bank)" }).click();
    await page.getByRole("button", { name: "开始导入" }).click();
    await page.waitForURL(/job=/);
    await page.getByText("读入 2 行：载入 1，搁置 1，已有 0。").waitFor();
    await page.getByRole("link", { name: "查看搁置的行" }).click();
    await page.waitForURL(/\/data\/.+/);
    await settle(page);
    await page.getByText("第 3 行").waitFor();
    await takePicture(page, "set-aside-zh-desk");
    expect(complaints.lines).toEqual([]);
    await page.context().close();
  });

  it("shows facts that came one by one as one batch of the hour, and what of them was set aside", async () => {
    for (const [language, screen] of looks) {
      const { page, complaints } = await signedIn(language, screen, "analyst");
      const bought = (id: string, amount: string) => ({ fact: "transaction", id, customer_id: "P000001", occurred_at: "2020-01-03", amount });
      const data = { source: "sample-bank", facts: [bought("app-1", "12.5"), bought(`${language}-${screen}`, "12,5")] };
      const answer = await page.context().request.post("/api/v1/facts", { data });
      expect(await answer.json()).toMatchObject({ set_aside: 1, facts: [{ code: null }, { code: "invalid_number", column: "amount" }] });
      await page.goto("/data");
      await settle(page);
      await page
        .getByText(language === "zh" ? "一小时内的实时数据" : "Live facts of an hour")
        .first()
        .waitFor();
      await takePicture(page, `live-facts-${language}-${screen}`);
      expect(await wider(page)).toBe(0);
      expect(complaints.lines).toEqual([]);
      await page.context().close();
    }
  }, 120_000);

  it("speaks in no more than three sizes of text on a page", async () => {
    const { page } = await signedIn("zh", "desk");
    for (const [name, path] of pages) {
      await page.goto(path);
      await settle(page);
      const sizes = await textSizes(page);
      expect(sizes.length, `${name}: ${sizes.join(", ")}`).toBeLessThanOrEqual(3);
    }
    await page.context().close();
  });

  it("lets a day of the audit trail be typed, and keeps what else was typed until it is sent", async () => {
    const { page } = await demo.signedIn("en", "desk");
    await page.goto("/audit");
    await settle(page);
    await page.getByLabel("Who", { exact: true }).fill("operator");
    await page.getByLabel("From", { exact: true }).pressSequentially("01022020");
    expect(await page.getByLabel("From", { exact: true }).inputValue()).toMatch(/^2020-0[12]-0[12]$/);
    expect(await page.getByLabel("Who", { exact: true }).inputValue()).toBe("operator");
    await page.getByRole("button", { name: "Show" }).click();
    await page.waitForURL(/actor=operator.*from=%222020-|from=2020-/);
    await page.context().close();
  }, 60_000);

  it("changes its language without losing the page", async () => {
    const { page } = await signedIn("zh", "desk");
    await page.goto("/runs");
    await settle(page);
    const before = await page.locator("h1").first().textContent();
    await page.getByRole("button", { name: "English" }).click();
    await expect.poll(() => page.locator("h1").first().textContent()).not.toBe(before);
    expect(new URL(page.url()).pathname).toBe("/runs");
    await page.reload();
    await settle(page);
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    await page.context().close();
  });
});
