import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import type { Language } from "../../src/platform/schema.js";
import { commandLine, said } from "../stories/command-line.js";
import { type Complaints, openBrowser, openPage, type Screen } from "./harness.js";

/** The demo as it is shipped, served, with a browser to look at it. */
export interface Demo {
  browser: Browser;
  address: string;
  signedIn(language: Language, screen: Screen, login?: string): Promise<{ page: Page; complaints: Complaints }>;
  dispose(): Promise<void>;
}

export async function openDemo(port: number, customers = 400): Promise<Demo> {
  execFileSync(process.execPath, [join(process.cwd(), "scripts/build.mjs")], { stdio: "inherit" });
  const [tierkeep, browser] = await Promise.all([commandLine(), openBrowser()]);
  const demo = tierkeep.start("demo", "--customers", String(customers), "--port", String(port), "--json");
  const [, url] = await said(demo, /"url":"([^"]+)"/);
  const address = url ?? "";
  return {
    browser,
    address,
    signedIn: async (language, screen, login = "president") => {
      const opened = await openPage(browser, screen, { locale: language === "zh" ? "zh-CN" : "en-GB", baseURL: address });
      const answer = await opened.page.context().request.post("/api/v1/session", { data: { login, password: "tierkeep-demo" } });
      expect(answer.status()).toBe(200);
      return opened;
    },
    dispose: async () => {
      await browser.close();
      await tierkeep.dispose();
    },
  };
}

/** Has the page settled: its heading stands and nothing on it still says that it is busy. */
export async function settle(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor();
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => document.querySelector('.ant-spin-spinning, .ant-skeleton-active, .bone, [aria-busy="true"]') === null);
}

/** The browser itself logs every answer of 4xx, also those a page asks for to learn that there is nothing. */
export const unexpected = (line: string): boolean => !/status of 4\d\d/.test(line);

export const looks = (["zh", "en"] as const).flatMap((language) => (["desk", "phone"] as const).map((screen) => [language, screen] as const));

/** What axe finds serious on the page as it stands. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${id} at ${nodes[0]?.target.join(" ")}`);
}

/** The sizes of text that can be seen. */
export function textSizes(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = new Set<string>();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement;
      if (element && texts.currentNode.textContent?.trim() && element.getClientRects().length > 0) found.add(getComputedStyle(element).fontSize);
    }
    return [...found];
  });
}
