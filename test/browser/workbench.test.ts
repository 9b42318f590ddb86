import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Language } from "../../src/platform/schema.js";
import { texts } from "../../web/src/texts.js";
import { type CommandLine, commandLine, said } from "../stories/command-line.js";
import { type Complaints, openBrowser, openPage, type Screen, takePicture, wider } from "./harness.js";

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
  ["settings", "/settings"],
  ["nowhere", "/nowhere"],
] as const;

let tierkeep: CommandLine;
let browser: Browser;
let address: string;

beforeAll(async () => {
  execFileSync(process.execPath, [join(process.cwd(), "scripts/build.mjs")], { stdio: "inherit" });
  [tierkeep, browser] = await Promise.all([commandLine(), openBrowser()]);
  const demo = tierkeep.start("demo", "--customers", "400", "--port", "18420", "--json");
  const [, url] = await said(demo, /"url":"([^"]+)"/);
  address = url ?? "";
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await tierkeep?.dispose();
});

async function signedIn(language: Language, screen: Screen, login = "president"): Promise<{ page: Page; complaints: Complaints }> {
  const opened = await openPage(browser, screen, { locale: language === "zh" ? "zh-CN" : "en-GB", baseURL: address });
  const answer = await opened.page.context().request.post("/api/v1/session", { data: { login, password: "tierkeep-demo" } });
  expect(answer.status()).toBe(200);
  return opened;
}

/** Has the page settled: its heading stands and nothing on it still says that it is busy. */
async function settle(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor();
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => document.querySelector(".ant-spin-spinning, .ant-skeleton-active") === null);
}

/** The browser itself logs every answer of 4xx, also those a page asks for to learn that there is nothing. */
const unexpected = (line: string): boolean => !/status of 4\d\d/.test(line);

const looks = (["zh", "en"] as const).flatMap((language) => (["desk", "phone"] as const).map((screen) => [language, screen] as const));

describe("the workbench", () => {
  it("asks who comes, and opens for the right password", async () => {
    const { page, complaints } = await openPage(browser, "desk", { baseURL: address });
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
      expect(complaints.lines.filter((line) => !/status of 4\d\d/.test(line))).toEqual([]);
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
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const { id, impact, nodes } of violations) {
        if (impact === "serious" || impact === "critical") findings.push(`${name}: ${id} at ${nodes[0]?.target.join(" ")}`);
      }
    }
    expect(findings).toEqual([]);
    await page.context().close();
  }, 120_000);

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
