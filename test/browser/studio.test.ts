import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FACTS_UNTIL, fillBank } from "../../bench/bank.js";
import { inProcess } from "../../src/app/connect.js";
import { openHouse } from "../../src/app/house.js";
import { apiClient } from "../../src/platform/cli/client.js";
import type { Language } from "../../src/platform/schema.js";
import type { Overview } from "../../src/tiering/schema.js";
import { type CommandLine, commandLine, said } from "../stories/command-line.js";
import { followsAtOnce } from "../stories/small-bank.js";
import { looks, seriousFindings, settle, unexpected } from "./demo.js";
import { type Complaints, openBrowser, openPage, type Screen, takePicture, wider } from "./harness.js";

/** A million in the evidence; else as many as are graded while one waits. */
const customers = process.env["TIERKEEP_EVIDENCE"] === "1" ? 1_000_000 : 20_000;
const PASSWORD = "a password for the studio";

let tierkeep: CommandLine;
let browser: Browser;
let address: string;

beforeAll(async () => {
  execFileSync(process.execPath, [join(process.cwd(), "scripts/ready.mjs")], { stdio: "inherit" });
  [tierkeep, browser] = await Promise.all([commandLine(), openBrowser()]);
  expect((await tierkeep.run("init", "--json")).code).toBe(0);
  const open = await openHouse(tierkeep.workspace);
  try {
    const api = apiClient(inProcess(open), () => Promise.resolve());
    await open.house.workspace.warehouse.write((session) =>
      fillBank(session, { customers, transactions: customers * 5, branches: Math.ceil(customers / 1000) }),
    );
    const { text } = await api.post<{ text: string }>("/models", followsAtOnce());
    await api.post("/portfolio/policy", { preset: "bank" });
    await api.post("/plans", { preset: "retail-1-plus-4" });
    const run = async (path: string, body: object): Promise<unknown> => api.job(await api.post(path, body), () => undefined);
    await run("/runs", { model: "retail-bank", as_of: FACTS_UNTIL });
    await run("/portfolio/assignments", {});
    await run("/models/apply", {
      source: { text: text.replace("value: aum\n", "value: aum\nsafety: { stop_if_moved_over: 3%, approve_if_moved_over: 5% }\n"), origin: "bank.yaml" },
    });
    for (const [login, role] of [
      ["ana", "analyst"],
      ["head", "head"],
    ] as const)
      await api.post("/users", { login, name: login, role, password: PASSWORD });
  } finally {
    await open.close();
  }
  const [, url] = await said(tierkeep.start("serve", "--port", "0"), /(http:\/\/\S+)/);
  address = url ?? "";
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await tierkeep?.dispose();
});

async function signedIn(language: Language, screen: Screen, login: string): Promise<{ page: Page; complaints: Complaints }> {
  const opened = await openPage(browser, screen, { locale: language === "zh" ? "zh-CN" : "en-GB", baseURL: address });
  expect((await opened.page.context().request.post("/api/v1/session", { data: { login, password: PASSWORD } })).status()).toBe(200);
  return opened;
}

const STUDIO = "/tiers/retail-bank/studio";
/** Customers of each tier, best first, as a table of the page has them. */
const columnOf = async (page: Page, column: number): Promise<number[]> =>
  (await page.locator(`.studio-side .counts-table tbody tr > :nth-child(${column})`).allTextContents()).map((text) => Number(text.replaceAll(",", "")));

const tiersOf = async (page: Page): Promise<number[]> => {
  const { tiers } = (await (await page.request.get("/api/v1/models/retail-bank/overview")).json()) as Overview;
  return tiers.map((tier) => tier.customers);
};

describe(`the model studio with ${customers} customers`, () => {
  it("counts what a dragged threshold moves, and applying it moves just those", async () => {
    const { page, complaints } = await signedIn("zh", "desk", "ana");
    await page.goto(STUDIO);
    await settle(page);
    const before = await tiersOf(page);
    expect(await columnOf(page, 2)).toEqual(before);

    const handle = page.getByRole("slider", { name: "黄金 的门槛：月日均资产" });
    const box = await handle.boundingBox();
    if (box === null) throw new Error("there is nothing to drag");
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    for (let step = 1; step <= 8; step++) await page.mouse.move(box.x + box.width / 2 + step * 2, box.y + box.height / 2);
    await page.mouse.up();
    await settle(page);
    expect(Number(await page.getByRole("spinbutton", { name: "黄金 的门槛：月日均资产" }).inputValue())).toBeGreaterThan(200_000);
    const counted = await columnOf(page, 3);
    expect(counted).not.toEqual(before);
    expect(counted.reduce((a, b) => a + b, 0)).toBe(customers);
    await page.getByRole("button", { name: /个示例的预期改为当前结果/ }).click();
    await page.getByText("没有问题，8 个示例都成立").waitFor();

    await page.getByRole("button", { name: "预览" }).click();
    const publish = page.getByRole("button", { name: /发布并评定|提交审批/ });
    await publish.waitFor({ timeout: 120_000 });
    await settle(page);
    await takePicture(page, "studio-previewed-zh-desk");
    expect(await publish.textContent()).toBe("发布并评定");
    const confirm = page.getByRole("checkbox");
    if ((await confirm.count()) > 0) await confirm.check();
    await publish.click();
    await page.getByText(/已发布第 3 版/).waitFor({ timeout: 240_000 });
    expect(await tiersOf(page)).toEqual(counted);
    await page.goto(STUDIO);
    await settle(page);
    await page.getByText("与现行版本相同").waitFor(); // what is published is no draft any more

    // and back: the version before, as it was written
    await page.goto("/tiers/retail-bank/studio?version=2");
    await settle(page);
    expect(await columnOf(page, 3)).toEqual(before);
    await page.getByRole("button", { name: "预览" }).click();
    await publish.waitFor({ timeout: 120_000 });
    if ((await confirm.count()) > 0) await confirm.check();
    await publish.click();
    await page.getByText(/已发布第 4 版/).waitFor({ timeout: 240_000 });
    expect(await tiersOf(page)).toEqual(before);
    expect(complaints.lines.filter(unexpected)).toEqual([]);
    await page.context().close();
  }, 900_000);

  it("tells problems at their lines while one types, and counts again when they are mended", async () => {
    const { page } = await signedIn("en", "desk", "ana");
    await page.goto(STUDIO);
    await settle(page);
    const editor = page.getByRole("textbox", { name: "Text" });
    const sound = (await (await page.request.get("/api/v1/models/retail-bank")).json()) as { text: string };
    await editor.fill(sound.text.replace("aum >= 1000000", "aumm >= 1000000"));
    await expect.poll(() => page.getByRole("status").first().textContent()).toContain("One problem");
    await page.getByText("Did you mean aum?").first().waitFor();
    await editor.fill(sound.text.replace("aum >= 1000000", "aum >= 900000"));
    await page
      .getByText("No problems; all 8 examples hold")
      .waitFor()
      .catch(() => undefined);
    await page.getByRole("button", { name: "Start again" }).click();
    await page.getByText("No problems; all 8 examples hold").waitFor();
    await page.context().close();
  }, 120_000);

  it("sends what moves many to somebody else, who sees what changes and decides", async () => {
    const asking = await signedIn("zh", "desk", "ana");
    await asking.page.goto(STUDIO);
    await settle(asking.page);
    const before = await tiersOf(asking.page);
    await asking.page.getByRole("spinbutton", { name: "潜力 的门槛：月日均资产" }).fill("20000");
    await settle(asking.page);
    await asking.page.getByRole("button", { name: "预览" }).click();
    const propose = asking.page.getByRole("button", { name: "提交审批" });
    await propose.waitFor({ timeout: 120_000 });
    await asking.page.getByLabel("变更原因").fill("潜力客户太少");
    await propose.click();
    await asking.page.getByText(/已提交审批，编号/).waitFor({ timeout: 120_000 });
    expect(await tiersOf(asking.page)).toEqual(before);
    await asking.page.getByRole("link", { name: "查看", exact: true }).click();
    await asking.page.getByText("自己提交的变更由另一个人审批。").waitFor();
    await asking.page.context().close();

    for (const [language, screen] of looks) {
      const { page } = await signedIn(language, screen, "head");
      await page.goto("/tiers");
      await settle(page);
      const waits = language === "zh" ? "1 项等待您处理" : "One waits for you";
      await page.getByRole("navigation").filter({ visible: true }).getByText(waits).waitFor({ state: "attached" });
      await takePicture(page, `models-waiting-${language}-${screen}`, { full: false });
      expect(await seriousFindings(page)).toEqual([]);
      if (screen === "phone") {
        await page.getByRole("button", { name: waits }).click();
        await page.getByRole("dialog").getByText(waits).waitFor({ state: "attached" });
        await takePicture(page, `more-waiting-${language}`, { full: false });
        await page.getByRole("dialog").getByRole("link", { name: waits }).click();
      }
      await page.getByRole("link", { name: language === "zh" ? "1 项模型变更" : "One change of a model" }).click();
      await page.waitForURL(/\/proposals\?state=waiting/);
      await settle(page);
      await takePicture(page, `proposals-${language}-${screen}`);
      await page.getByRole("link", { name: /零售银行客户分层|Retail bank tiers/ }).click();
      await settle(page);
      await page.getByText("aum >= 20000 or worth >= 3").waitFor();
      await page.getByText(language === "zh" ? "变更原因：潜力客户太少" : "Why: 潜力客户太少").waitFor();
      expect(await page.locator(".diff mark").allTextContents()).toEqual(["50000", "20000"]);
      const movers = page.locator("section").filter({ hasText: language === "zh" ? "部分变动客户" : "Some of those who move" });
      await movers.getByRole("button", { name: language === "zh" ? "看谁会变动" : "See who moves" }).click();
      await movers.locator("tbody tr").first().waitFor({ timeout: 120_000 });
      expect(await movers.getByRole("link").count()).toBe(20);
      await settle(page);
      await takePicture(page, `proposal-${language}-${screen}`);
      expect(await wider(page)).toBe(0);
      if (screen === "desk") expect(await seriousFindings(page)).toEqual([]);
      await page.context().close();
    }
    const { page } = await signedIn("zh", "phone", "head");
    await page.goto("/proposals");
    await page.getByRole("link", { name: "零售银行客户分层" }).click();
    await page.getByRole("button", { name: "批准并发布" }).click();
    await expect.poll(() => tiersOf(page), { timeout: 240_000 }).not.toEqual(before);
    await expect.poll(() => page.getByText("项等待您处理").count()).toBe(0);
    await page.context().close();
  }, 900_000);

  it.each(looks)(
    "keeps what was written from visit to visit, and tells what was published since, in %s at the %s",
    async (language, screen) => {
      const { page, complaints } = await signedIn(language, screen, "ana");
      const zh = language === "zh";
      const written = async (): Promise<string> => (await page.locator(".cm-line").allTextContents()).join("\n");
      const restored = page.getByText(zh ? /已恢复 .+ 的草稿/ : /Your draft of .+ was restored/);
      const sound = (await (await page.request.get("/api/v1/models/retail-bank")).json()) as { text: string; version: number };
      const editor = page.getByRole("textbox", { name: zh ? "模型文本" : "Text" });
      await page.goto(STUDIO);
      await settle(page);
      expect(await restored.count()).toBe(0);
      const draft = `# mine, ${language} ${screen}\n${sound.text}`;
      await editor.fill(draft);
      await page.reload();
      await settle(page);
      await restored.waitFor();
      expect(await written()).toContain(`# mine, ${language} ${screen}`);

      // left by a link of the page and found again; a version has its own
      await page.getByRole("link", { name: zh ? "返回模型" : "Back to the model" }).click();
      await page.waitForURL(/\/tiers\/retail-bank(\?|$)/);
      await page.goto(`${STUDIO}?version=1`);
      await settle(page);
      expect(await restored.count()).toBe(0);
      const other = await page.request.post("/api/v1/models/apply", {
        data: { source: { text: `${sound.text}# theirs ${language} ${screen}\n`, origin: "bank.yaml" }, confirm: true },
      });
      const { job } = (await other.json()) as { job: string };
      await expect
        .poll(async () => ((await (await page.request.get(`/api/v1/jobs/${job}?wait=2000`)).json()) as { state: string }).state, { timeout: 120_000 })
        .toBe("done");
      await page.goto(STUDIO);
      await settle(page);
      await restored.waitFor();
      await page.getByText(zh ? `之后 ana 发布了第 ${sound.version + 1} 版` : `Version ${sound.version + 1}, published by ana since`).waitFor();
      await takePicture(page, `studio-draft-${language}-${screen}`);
      expect(await wider(page)).toBe(0);
      expect(await seriousFindings(page)).toEqual([]);

      await page.getByRole("button", { name: zh ? "从现行版本重新开始" : "Start again from the version in force" }).click();
      await restored.waitFor({ state: "detached" });
      await settle(page);
      expect(await written()).not.toContain("# mine");
      await page.reload();
      await settle(page);
      expect(await restored.count()).toBe(0);
      expect(complaints.lines.filter(unexpected)).toEqual([]);
      await page.context().close();
    },
    300_000,
  );

  it.each(looks)(
    "tells who may not change models who may, and asks the server for nothing that is refused, in %s at the %s",
    async (language, screen) => {
      const { page, complaints } = await signedIn(language, screen, "head");
      await page.goto(STUDIO);
      await settle(page);
      await page.getByText(language === "zh" ? "您的角色不能修改分层模型" : "Your role does not change models").waitFor();
      expect(await page.getByRole("textbox").count()).toBe(0);
      expect(await page.getByRole("alert").count()).toBe(0);
      await takePicture(page, `studio-may-not-${language}-${screen}`);
      expect(await wider(page)).toBe(0);
      expect(await seriousFindings(page)).toEqual([]);
      expect(complaints.lines).toEqual([]); // not even a 403
      await page
        .getByRole("main")
        .getByRole("link", { name: language === "zh" ? "查看模型" : "See the model" })
        .click();
      await page.waitForURL(/\/tiers\/retail-bank(\?|$)/);
      await page.context().close();
    },
    60_000,
  );

  it("asks before it loses what no browser keeps", async () => {
    const { page } = await signedIn("en", "desk", "ana");
    await page.addInitScript(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("nothing is kept here", "QuotaExceededError");
      };
    });
    await page.goto(STUDIO);
    await settle(page);
    await page.getByRole("textbox", { name: "Text" }).fill("model: retail-bank\n");
    await page.getByText("This browser keeps no draft").waitFor();
    const asked: string[] = [];
    page.once("dialog", (dialog) => {
      asked.push(dialog.message());
      void dialog.dismiss();
    });
    await page.getByRole("link", { name: "Back to the model" }).click();
    await expect.poll(() => asked).toEqual([expect.stringContaining("Leave all the same?")]);
    expect(new URL(page.url()).pathname).toBe(STUDIO);
    await page.context().close();
  }, 120_000);

  it.each(looks)(
    "is whole and can be read by everybody, in %s at the %s",
    async (language, screen) => {
      const { page, complaints } = await signedIn(language, screen, "ana");
      for (const [name, path] of [
        ["studio", STUDIO],
        ["model-compared", "/tiers/retail-bank?version=1&compare=current"],
      ] as const) {
        await page.goto(path);
        await settle(page);
        await takePicture(page, `${name}-${language}-${screen}`);
        if (name === "studio") {
          // boxes and counts stand below each other; what two thresholds share is said; the counts come before the text
          const left = (boxes: Element[]): number[] => [...new Set(boxes.map((box) => Math.round(box.getBoundingClientRect().left)))];
          expect(await page.locator(".threshold .ant-input-number").evaluateAll(left)).toHaveLength(1);
          expect(await page.locator(".threshold .shared").count()).toBe(2);
          const top = async (of: string): Promise<number> => (await page.locator(of).boundingBox())?.y ?? Number.NaN;
          expect(await top(".studio-side")).toBeLessThan(await top(".studio .written"));
        }
        expect(await wider(page)).toBe(0);
        expect(await seriousFindings(page)).toEqual([]);
      }
      // what differs is seen to its end
      expect(await page.locator(".diff").evaluate((diff) => diff.scrollWidth - diff.clientWidth)).toBe(0);
      expect(await page.locator(".diff div").evaluateAll((lines) => lines.filter((line) => line.scrollWidth > line.clientWidth).length)).toBe(0);
      expect(complaints.lines.filter(unexpected)).toEqual([]);
      await page.context().close();
    },
    120_000,
  );
});
