import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { findChromium, pictureFolder } from "./chromium.js";

/** The two screens a page is looked at on. */
export const screens = {
  desk: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const;
export type Screen = keyof typeof screens;

/** A headless Chromium that reaches nothing but this machine. */
export async function openBrowser(): Promise<Browser> {
  const { executable, env } = await findChromium();
  return chromium.launch({
    executablePath: executable,
    headless: true,
    env: { ...(process.env as Record<string, string>), ...env },
    // as root, and in containers without user namespaces, Chromium's own sandbox cannot start
    args: [
      "--no-sandbox",
      "--no-zygote",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      "--font-render-hinting=none",
      "--force-color-profile=srgb",
    ],
  });
}

/** What went wrong on a page while a test looked elsewhere: errors thrown, errors logged, answers that failed. */
export interface Complaints {
  readonly lines: string[];
}

/** A page of its own, with nothing remembered, on one of the screens; `complaints` fills as it is used. */
export async function openPage(browser: Browser, screen: Screen, options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: Complaints }> {
  const context = await browser.newContext({
    viewport: screens[screen],
    deviceScaleFactor: screen === "phone" ? 2 : 1,
    isMobile: screen === "phone",
    hasTouch: screen === "phone",
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  const lines: string[] = [];
  page.on("pageerror", (error) => lines.push(`thrown: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") lines.push(`logged: ${message.text()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) lines.push(`answered ${response.status()}: ${response.url()}`);
  });
  page.on("requestfailed", (request) => {
    if (request.failure()?.errorText !== "net::ERR_ABORTED") lines.push(`failed: ${request.url()} ${request.failure()?.errorText ?? ""}`);
  });
  return { page, complaints: { lines } };
}

/** Waits until the fonts the page asked for are there and nothing is being fetched, then takes its picture. */
export async function takePicture(page: Page, name: string, { full = true } = {}): Promise<string> {
  await page.waitForLoadState("networkidle");
  await page.evaluate(async () => {
    await document.fonts.ready;
  });
  const path = join(pictureFolder(), `${name}.png`);
  await page.screenshot({ path, fullPage: full, animations: "disabled" });
  return path;
}

/** Does anything make the page scroll sideways? On a phone nothing may. */
export function wider(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
