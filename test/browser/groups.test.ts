import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Demo, looks, openDemo, seriousFindings, settle, textSizes, unexpected } from "./demo.js";
import { takePicture, wider } from "./harness.js";

let demo: Demo;

beforeAll(async () => {
  demo = await openDemo(18447);
}, 300_000);

afterAll(() => demo?.dispose());

const pages = [
  ["groups", "/groups"],
  ["group", "/groups/gone-quiet"],
  ["persona", "/persona?model=retail-bank&tier=gold"],
  ["customers-of-group", "/customers?model=retail-bank&group=gone-quiet"],
] as const;

describe("groups in the workbench", () => {
  it.each(looks)(
    "shows the list, a persona and the customers of a group whole, in %s at the %s",
    async (language, screen) => {
      const { page, complaints } = await demo.signedIn(language, screen);
      for (const [name, path] of pages) {
        await page.goto(path);
        await settle(page);
        await takePicture(page, `${name}-${language}-${screen}`);
        expect(await wider(page), name).toBe(0);
        expect((await textSizes(page)).length, name).toBeLessThanOrEqual(3);
        if (screen === "desk") expect(await seriousFindings(page), name).toEqual([]);
      }
      expect(complaints.lines.filter(unexpected)).toEqual([]);
      await page.context().close();
    },
    120_000,
  );

  it("lets a condition of the list become a group, whose customers wear it and who opens it from there", async () => {
    const { page, complaints } = await demo.signedIn("en", "desk");
    await page.goto(`/customers?model=retail-bank&where=${encodeURIComponent("aum >= 100000 and sex = '女'")}`);
    await settle(page);
    const total = Number((await page.locator(".page-answer").textContent())?.replace(/\D/g, ""));
    await page.getByRole("link", { name: "Save as group" }).click();
    await page.getByLabel("Title in English").fill("Well-off women");
    await page.getByText(`${total} customers meet it`).waitFor();
    await takePicture(page, "group-form-en-desk", { full: false });
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForURL(/\/groups\/well-off-women/);
    await settle(page);
    await expect.poll(() => page.locator(".page-answer").textContent()).toMatch(new RegExp(`^${total} customers, `));
    await page.getByRole("link", { name: "See who" }).click();
    await page.waitForURL(/group=well-off-women/);
    await settle(page);
    await expect.poll(() => page.locator(".page-answer").textContent()).toBe(`${total} customers`);
    await page.locator("main tbody a[href*='/customers/']").first().click();
    await page.locator(".chips a", { hasText: "Well-off women" }).waitFor();
    await settle(page);
    await takePicture(page, "customer-tags-en-desk", { full: false });
    await page.locator(".chips a", { hasText: "Well-off women" }).click();
    await page.waitForURL(/\/groups\/well-off-women/);
    expect(complaints.lines.filter(unexpected)).toEqual([]);
    await page.context().close();
  }, 120_000);

  it("tells an auditor neither ages nor who is in a group that speaks of them, and offers no saving", async () => {
    const { page } = await demo.signedIn("zh", "phone", "auditor");
    await page.goto("/groups/pensioners");
    await settle(page);
    await page.getByText("您无权查看个人信息").first().waitFor();
    expect(await page.getByRole("button", { name: "修改" }).count()).toBe(0);
    await takePicture(page, "group-untold-zh-phone");
    await page.goto("/groups");
    await settle(page);
    await takePicture(page, "groups-untold-zh-phone");
    await page.context().close();
  }, 60_000);
});
