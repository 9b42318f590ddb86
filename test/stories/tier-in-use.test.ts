import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { inProcess } from "../../src/app/connect.js";
import { type OpenHouse, openHouse } from "../../src/app/house.js";
import { type ApiClient, apiClient } from "../../src/platform/cli/client.js";
import type { ProblemError } from "../../src/platform/problem.js";
import { createWorkspace } from "../../src/platform/workspace/index.js";
import { temporaryDirectory } from "../../src/platform/workspace/testing.js";
import type { PlanVersion } from "../../src/service/schema.js";
import type { ModelVersion } from "../../src/tiering/schema.js";

let directory: string;
let open: OpenHouse;
let api: ApiClient;

beforeAll(async () => {
  directory = await temporaryDirectory();
  await createWorkspace(join(directory, "workspace"));
  open = await openHouse(join(directory, "workspace"));
  api = apiClient(inProcess(open), open.close);
});
afterAll(async () => {
  await open?.close();
  await rm(directory, { recursive: true, force: true });
});

it("keeps a tier that a plan or policy names, and lets a tier go that nobody names", async () => {
  const held = await api.post<ModelVersion>("/models", { preset: "retail-bank" });
  const withoutGold = held.text
    .split("\n")
    .filter((line) => !/id: gold|expect: gold/.test(line))
    .join("\n");
  await api.post("/portfolio/policy", { preset: "bank" });
  await api.post("/plans", { preset: "retail-1-plus-4" });
  const refused = await api.post("/models", { text: withoutGold, origin: "mine.yaml" }).catch((error: ProblemError) => error.problems);
  expect(refused).toMatchObject([
    { code: "tiering.tier_in_use", message: { en: "the tier gold is named by Bank portfolios and cannot go" } },
    { code: "tiering.tier_in_use", message: { en: "the tier gold is named by Retail 1 + 4 service plan and cannot go" } },
  ]);
  const more = held.text.replace("  - { id: ordinary,", '  - { id: starter, title: { zh: 入门, en: Starter }, when: "aum >= 10000" }\n  - { id: ordinary,');
  expect(await api.post<ModelVersion>("/models", { text: more, origin: "mine.yaml" })).toMatchObject({ version: 2 });
  expect(await api.post<ModelVersion>("/models", { text: held.text, origin: "mine.yaml" })).toMatchObject({ version: 3 });
});

it("keeps a figure that a plan speaks of, and a template's places to what its occasions offer", async () => {
  const held = await api.get<ModelVersion>("/models/retail-bank");
  const withoutCards = held.text
    .split("\n")
    .filter((line) => !/^ {2}cards:/.test(line))
    .join("\n");
  expect(await api.post("/models", { text: withoutCards, origin: "mine.yaml" }).catch((error: ProblemError) => error.problems)).toMatchObject([
    { code: "tiering.figure_in_use", message: { en: "the figure cards is named by Retail 1 + 4 service plan and cannot go" } },
  ]);
  const birthday = `template: birthday
title: { zh: 生日, en: Birthday }
class: service
channels: [sms]
body: { zh: "{{ holding.matures_on }}", en: "{{ holding.matures_on }}" }
`;
  expect(await api.post("/templates", { text: birthday, origin: "birthday.yaml" }).catch((error: ProblemError) => error.problems)).toMatchObject([
    { code: "outreach.place_not_offered", message: { en: "Birthday wishes sends this template and does not offer holding.matures_on" } },
  ]);
  expect((await api.get<{ items: unknown[] }>("/plans")).items).toHaveLength(1);
});

const planWhen = (when: string) => `plan: cards
for: retail-bank
title: { zh: 银行卡, en: Cards }
entitlements:
  - { id: more, title: { zh: 再办一张, en: One more card }, tiers: all, owes: once, when: "${when}" }
`;

it("keeps a figure's kind while a plan's condition needs it", async () => {
  const held = await api.get<ModelVersion>("/models/retail-bank");
  const asText = held.text.replace(/^ {2}cards:.*$/m, "  cards: { of: transaction.kind, take: latest, title: { zh: 卡, en: Cards } }");
  await api.post("/plans", { text: planWhen("cards in [1, 2] and tier = 'gold'"), origin: "cards.yaml" });
  const refused = await api.post("/models", { text: asText, origin: "mine.yaml" }).catch((error: ProblemError) => error.problems);
  const would = "which would no longer fit:";
  expect(refused).toMatchObject([
    {
      code: "tiering.condition_in_use",
      message: {
        en: `One more card of Cards has the condition cards in [1, 2] and tier = 'gold', ${would} list of in: a text does not compare with a number`,
      },
    },
    {
      code: "tiering.condition_in_use",
      message: { en: expect.stringMatching(/^Invitation to get the VIP card of Retail 1 \+ 4 service plan has the condition cards = 0/) },
    },
    { code: "tiering.condition_in_use", message: { en: expect.stringMatching(/ of Retail 1 \+ 4 service plan has the condition cards = 0/) } },
  ]);
});

it("goes on without a plan that no longer fits, tells why, and plans no day by half", async () => {
  const unfit = "insert into service_plan_version (plan, version, text, origin, published_by) values ('cards', 2, $1, 'cards.yaml', 'somebody')";
  await open.house.workspace.postgres.pool.query(unfit, [planWhen("crads = 1")]);
  const { items } = await api.get<{ items: PlanVersion[] }>("/plans");
  expect(items.map(({ plan, title, problems }) => [plan, title.en, problems.map((one) => one.hint?.en)])).toEqual([
    ["cards", "Cards", ["did you mean cards?"]],
    ["retail-1-plus-4", "Retail 1 + 4 service plan", []],
  ]);
  for (const page of ["/today", "/today/summary", "/coverage", "/plans/cards", "/plan-presets"]) await api.get(page);
  const planned = await api
    .job((await api.post<{ job: string }>("/days", { day: "2026-01-05" })) as never, () => undefined)
    .catch((error: ProblemError) => error.problems);
  expect(planned).toMatchObject([{ code: "service.condition", place: { file: "cards.yaml", line: 5 } }]);
});
