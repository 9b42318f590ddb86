import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { texts } from "../../web/src/texts.js";
import { type Demo, looks, openDemo, seriousFindings, settle, textSizes, unexpected } from "./demo.js";
import { takePicture, wider } from "./harness.js";

let demo: Demo;

beforeAll(async () => {
  demo = await openDemo(18424);
}, 240_000);

afterAll(() => demo?.dispose());

describe("who is near a better tier", () => {
  it.each(looks)(
    "is told with what it brings, filtered by a number's own words, and leads to the customer, in %s at the %s",
    async (language, screen) => {
      const { page, complaints } = await demo.signedIn(language, screen);
      const say = (key: keyof typeof texts): string => texts[key][language];
      await page.goto("/tiers/retail-bank");
      await page.getByRole("link", { name: say("near.open") }).click();
      await settle(page);
      await page.getByText("20%", { exact: true }).click();
      await page.waitForURL(/within=20/);
      await settle(page);
      await takePicture(page, `near-${language}-${screen}`);
      const answer = (await page.locator(".page-answer").textContent()) ?? "";
      expect(answer).toMatch(language === "zh" ? /^\d+ 位客户只差 20%/ : /^\d+ customers? (is|are) within 20%/);
      expect(await wider(page)).toBe(0);
      expect(await seriousFindings(page)).toEqual([]);
      expect((await textSizes(page)).length).toBeLessThanOrEqual(3);
      const text = (await page.locator("#root").textContent()) ?? "";
      expect(Object.keys(texts).filter((key) => text.includes(key))).toEqual([]);

      const way = page.getByRole("button", { name: language === "zh" ? /： *\d+ 位$/ : /: \d+$/ }).first();
      const customers = await way.textContent();
      await way.click();
      await page.waitForURL(/measure=/);
      await settle(page);
      expect(await page.locator(".page-answer").textContent()).toMatch(new RegExp(`^${customers} `));
      await takePicture(page, `near-filtered-${language}-${screen}`);
      const first = page.getByLabel(say("near.customers")).getByRole("link").first();
      const [customer = ""] = ((await first.textContent()) ?? "").split(" ");
      await first.click();
      await page.waitForURL(new RegExp(`/customers/${customer}`));
      await settle(page);

      // several measures, of which some help when they fall
      await page.goto("/tiers/rfm/near");
      await settle(page);
      await takePicture(page, `near-rfm-${language}-${screen}`);
      expect(await wider(page)).toBe(0);
      expect(complaints.lines.filter(unexpected)).toEqual([]);
      await page.context().close();
    },
    120_000,
  );
});
