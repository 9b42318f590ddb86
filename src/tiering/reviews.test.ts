import { afterEach, expect, test } from "vitest";
import { operator } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { daysAfter, forward } from "../platform/calendar/index.js";
import { todayIn } from "../platform/cycle/index.js";
import { approvalsFor } from "./approvals.js";
import { checkText } from "./models.js";
import { publishedModel } from "./published.js";
import { reviewModel } from "./reviews.js";
import { type Story, story } from "./testing.js";

const open: Story[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.dispose();
});

const model = (review: string) => `model: bank
title: { zh: 银行, en: Bank }
measures: { assets: { of: balance.amount, take: latest } }
tiers:
  - { id: gold, when: "assets >= 100" }
  - { id: basic }
${review}`;
const half = { count: 6, unit: "month" } as const;

/** As if it had been done so many days ago. */
const ago = (at: Story, table: "tier_model_version" | "model_review", column: string, days: number) =>
  at.postgres.pool.query(`update ${table} set ${column} = ${column} - make_interval(days => ${days})`);

test("a model is looked at again so long after it was published or reviewed last, and who may publish is told when the day has come", async () => {
  const at = await story();
  open.push(at);
  const today = todayIn(at.settings.zone, new Date());
  const analyst: Actor = { ...operator, id: "ana", login: "ana", role: "analyst" };
  const head: Actor = { ...operator, id: "head", login: "head", role: "head" };
  const waiting = async (): Promise<number[]> => Promise.all([analyst, head].map(async (who) => (await approvalsFor(at, who)).reviews));
  await at.publish(model("review_every: 6 months"));
  expect((await publishedModel(at, "bank")).review).toEqual({ last_on: today, last_by: operator.login, note: null, due_on: forward(today, half), due: false });
  expect(await waiting()).toEqual([0, 0]);

  await ago(at, "tier_model_version", "published_at", 200);
  expect((await publishedModel(at, "bank")).review).toMatchObject({ last_on: daysAfter(today, -200), due: true });
  expect(await waiting()).toEqual([1, 0]);
  await expect(reviewModel(at, head, "bank", undefined)).rejects.toMatchObject({ status: 403 });
  await expect(reviewModel(at, analyst, "bnak", undefined)).rejects.toMatchObject({
    problems: [{ code: "tiering.no_such_model", hint: { en: "did you mean bank?" } }],
  });

  await reviewModel(at, analyst, "bank", "still holds");
  expect((await publishedModel(at, "bank")).review).toEqual({ last_on: today, last_by: "ana", note: "still holds", due_on: forward(today, half), due: false });
  expect(await waiting()).toEqual([0, 0]);
  await ago(at, "model_review", "reviewed_at", 190);
  expect(await waiting()).toEqual([1, 0]);
  // a new version is a look as well, and one that asks for no review has none
  await at.publish(model("review_every: 1 year"));
  expect((await publishedModel(at, "bank")).review).toMatchObject({ last_by: operator.login, due: false });
  await at.publish(model(""));
  expect((await publishedModel(at, "bank")).review).toBeNull();
});

test("how often is a length of time", () => {
  expect(checkText(model("review_every: often")).problems).toMatchObject([{ place: { path: "review_every", line: 7 } }]);
});
