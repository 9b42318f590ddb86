import fc from "fast-check";
import { expect, test } from "vitest";
import { parseOn, parseOwes, rhythmWords, timesPerMonth, windowOf } from "./rhythm.js";

test.each([
  ["1 per month", { form: "recurring", times: 1, period: "month" }],
  ["2 per half year", { form: "recurring", times: 2, period: "half year" }],
  [" once ", { form: "once" }],
  ["0 per month", undefined],
  ["monthly", undefined],
  ["1 per week", undefined],
])("owes: %s", (text, rhythm) => {
  expect(parseOwes(text)).toEqual(rhythm);
});

test.each([
  ["birthday at 09:00", { form: "occasion", of: "birthday", offset: 0, at: "09:00" }],
  ["holding.matures_on - 7 days", { form: "occasion", of: "holding.matures_on", offset: -7, at: null }],
  ["joined + 1 day", { form: "occasion", of: "joined", offset: 1, at: null }],
  ["spring_festival", { form: "occasion", of: { festival: "spring_festival" }, offset: 0, at: null }],
  ["03-15 at 10:30", { form: "occasion", of: { yearly: "03-15" }, offset: 0, at: "10:30" }],
  ["02-29", { form: "occasion", of: { yearly: "02-29" }, offset: 0, at: null }],
  ["02-30", undefined],
  ["brithday", undefined],
  ["birthday at 25:00", undefined],
])("on: %s", (text, rhythm) => {
  expect(parseOn(text).rhythm).toEqual(rhythm);
});

test("every day lies in one window of each period, and windows follow each other without a gap", () => {
  const days = fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
  fc.assert(
    fc.property(days, fc.constantFrom("month" as const, "quarter" as const, "half year" as const, "year" as const), (day, period) => {
      const { from, to } = windowOf(period, day);
      expect(from <= day && day <= to).toBe(true);
      const next = new Date(`${to}T00:00:00Z`);
      next.setUTCDate(next.getUTCDate() + 1);
      expect(windowOf(period, next.toISOString().slice(0, 10)).from).toBe(next.toISOString().slice(0, 10));
      expect(windowOf(period, from)).toEqual({ from, to });
    }),
  );
});

test("a rhythm reads as people say it, and weighs what it comes to in a month", () => {
  const of = (text: string) => parseOwes(text) ?? parseOn(text).rhythm;
  const said = ["1 per quarter", "once", "birthday - 7 days", "mid_autumn at 09:00", "03-15"]
    .map((text) => of(text))
    .flatMap((one) => (one === undefined ? [] : [one]));
  expect(said.map((one) => rhythmWords(one))).toEqual([
    { zh: "每季度 1 次", en: "1 per quarter" },
    { zh: "一次", en: "once" },
    { zh: "生日前 7 天", en: "birthday, 7 days before" },
    { zh: "中秋节当天 09:00", en: "Mid-Autumn Festival, at 09:00" },
    { zh: "每年 3 月 15 日", en: "15 March" },
  ]);
  expect(said.map(timesPerMonth)).toEqual([1 / 3, 0, 1 / 12, 1 / 12, 1 / 12]);
});
