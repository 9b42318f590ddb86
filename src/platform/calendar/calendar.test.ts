import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  birthdayIn,
  bornOnDays,
  daysAfter,
  daysFrom,
  festivalIn,
  festivalsOn,
  forward,
  isDay,
  lunarMonths,
  lunarOf,
  parseDuration,
  solarOf,
  weekdayOf,
} from "./index.js";

/** The part we compare with of a library that brings no types. */
interface Reference {
  Solar: { fromYmd(year: number, month: number, day: number): { getLunar(): ReferenceDay } };
}
interface ReferenceDay {
  getYear(): number;
  /** Negative in a leap month. */
  getMonth(): number;
  getDay(): number;
  getJieQi(): string;
}
const require = createRequire(import.meta.url);
const { Solar } = require("lunar-javascript") as Reference;
const reference = (day: string): ReferenceDay => {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  return Solar.fromYmd(year, month, date).getLunar();
};

const long = process.env["TIERKEEP_EVIDENCE"] === "1";
const LAST = "2101-01-28";
const anyDay = fc.integer({ min: 0, max: 73_441 }).map((days) => daysAfter("1900-01-01", days));
const runs = { numRuns: long ? 100_000 : 2_000 };

describe("days", () => {
  it.each([
    ["2026-01-31", "1 month", "2026-02-28"],
    ["2024-01-31", "1 month", "2024-02-29"],
    ["2024-02-29", "1 year", "2025-02-28"],
    ["2026-12-31", "2 weeks", "2027-01-14"],
    ["2026-02-28", "1 day", "2026-03-01"],
    ["9999-12-01", "2 months", "9999-12-31"],
  ])("%s and %s later is %s", (day, duration, then) => {
    expect(forward(day, parseDuration(duration) ?? { count: 0, unit: "day" })).toBe(then);
  });

  it("knows days that exist, and their weekday", () => {
    expect(["2024-02-29", "2026-02-29", "2026-13-01", "2026-1-1", "20260101", "+010000-01-01", ""].map(isDay)).toEqual([
      true,
      ...Array.from({ length: 6 }, () => false),
    ]);
    expect(["2026-01-04", "2026-01-05"].map(weekdayOf)).toEqual([7, 1]);
  });
});

describe("the lunar calendar", () => {
  it("is one unbroken row of months from 1900-01-01 to the end of lunar 2100", () => {
    const months = lunarMonths();
    expect(months).toHaveLength(2_487);
    expect(months[0]).toEqual({ first_on: "1900-01-01", year: 1899, month: 12, leap: false, days: 30 });
    expect(lunarOf(LAST)).toEqual({ year: 2100, month: 12, leap: false, day: 29 });
    expect([lunarOf("1899-12-31"), lunarOf(daysAfter(LAST, 1))]).toEqual([undefined, undefined]);
  });

  it("agrees with lunar-javascript", () => {
    const agrees = (day: string): void => {
      const wanted = reference(day);
      const lunar = { year: wanted.getYear(), month: Math.abs(wanted.getMonth()), leap: wanted.getMonth() < 0, day: wanted.getDay() };
      expect(lunarOf(day), day).toEqual(lunar);
      expect(solarOf(lunar), day).toBe(day);
    };
    if (long) for (const day of daysFrom("1900-01-01", LAST)) agrees(day);
    else fc.assert(fc.property(anyDay, agrees), runs);
  });

  it("has no date that its month does not have", () => {
    expect(solarOf({ year: 2026, month: 6, leap: true, day: 1 })).toBeUndefined();
    expect(solarOf({ year: 2025, month: 6, leap: true, day: 1 })).toBe("2025-07-25");
    expect([0, 30, 31].map((day) => solarOf({ year: 2026, month: 1, day }))).toEqual([undefined, "2026-03-18", undefined]);
    expect(solarOf({ year: 2026, month: 13, day: 1 })).toBeUndefined();
  });
});

describe("festivals", () => {
  it("stand where 2026 has them", () => {
    const found = daysFrom("2026-01-01", "2026-12-31").flatMap((day) => festivalsOn(day).map(({ id }) => [id, day]));
    expect(Object.fromEntries(found)).toEqual({
      new_year: "2026-01-01",
      eve: "2026-02-16",
      spring_festival: "2026-02-17",
      lantern: "2026-03-03",
      womens_day: "2026-03-08",
      qingming: "2026-04-05",
      labour_day: "2026-05-01",
      dragon_boat: "2026-06-19",
      mid_autumn: "2026-09-25",
      national_day: "2026-10-01",
      double_ninth: "2026-10-18",
    });
  });

  it("are right where other calendars err: Spring Festival of 2027, and a mid-autumn in October", () => {
    expect(festivalIn("spring_festival", 2027)).toBe("2027-02-06");
    expect(festivalsOn("2020-10-01").map(({ id }) => id)).toEqual(["mid_autumn", "national_day"]);
    expect([festivalIn("spring_festival", 1899), festivalIn("qingming", 2101), festivalIn("national_day", 2101)]).toEqual([undefined, undefined, "2101-10-01"]);
  });

  it("has Qingming on the day lunar-javascript has it, every year", () => {
    for (let year = 1900; year <= 2100; year++) expect(reference(festivalIn("qingming", year) ?? "").getJieQi(), String(year)).toBe("清明");
  });
});

describe("birthdays", () => {
  it.each([
    ["solar", "1990-05-20", 2026, "2026-05-20"],
    ["solar", "1988-02-29", 2026, "2026-02-28"],
    ["solar", "1988-02-29", 2028, "2028-02-29"],
    ["lunar", "1990-01-27", 2026, "2026-02-17"], // the first day of the year
    ["lunar", "2025-07-25", 2026, "2026-07-14"], // born in a leap month 6
    ["lunar", "2025-07-25", 2025, "2025-06-25"], // the ordinary month 6 of the same year
    ["lunar", "2024-02-09", 2025, "2025-01-28"], // the 30th, in a month of 29 days
    ["lunar", "2000-12-26", 2000, "2000-01-07"], // month 12 day 1: twice in 2000, the first counts
    ["lunar", "2000-12-26", 2001, undefined], // and not at all in 2001
    ["lunar", "1899-01-01", 2026, undefined], // born before the table
    ["lunar", "1990-01-27", 2101, undefined],
  ] as const)("%s of %s in %i is %s", (calendar, bornOn, year, day) => {
    expect(birthdayIn(year, bornOn, calendar)).toBe(day);
  });

  it("the inverse names the births of a day: both ends of February, both ends of a short month, nobody in a leap month", () => {
    expect(bornOnDays("2026-02-28").solar).toEqual(["02-28", "02-29"]);
    expect(bornOnDays("2028-02-28").solar).toEqual(["02-28"]);
    expect(bornOnDays("2028-02-29").solar).toEqual(["02-29"]);
    expect(bornOnDays("2026-02-16").lunar).toEqual([
      { month: 12, day: 29 },
      { month: 12, day: 30 },
    ]);
    expect(bornOnDays("2025-07-25").lunar).toEqual([]);
  });

  it("the inverse agrees with birthdayIn: the birthday of a year is its first day that names the birth", () => {
    const births = fc.tuple(anyDay, fc.integer({ min: 1900, max: 2100 }));
    fc.assert(
      fc.property(births, ([bornOn, year]) => {
        const [born, days] = [lunarOf(bornOn), daysFrom(`${year}-01-01`, `${year}-12-31`)];
        expect(birthdayIn(year, bornOn, "solar")).toBe(days.find((day) => bornOnDays(day).solar.includes(bornOn.slice(5))));
        const kept = days.filter((day) => bornOnDays(day).lunar.some((one) => one.month === born?.month && one.day === born.day));
        expect(kept[0]).toBe(birthdayIn(year, bornOn, "lunar"));
        expect(kept.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: long ? 5_000 : 200 },
    );
  });
});
