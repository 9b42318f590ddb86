import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LegalHoliday } from "tyme4ts";
import { describe, expect, it } from "vitest";
import { ProblemError } from "../problem.js";
import { askedDays, describeDays } from "./answer.js";
import { presetHolidays, readHolidays } from "./holidays.js";
import { calendarIn, calendarOf, daysAfter, daysFrom, weekdayOf } from "./index.js";

const calendar = calendarOf();
const year2027 = `years:
  - year: 2027
    holidays:
      - { name: { zh: 元旦, en: New Year's Day }, from: 2026-12-31, to: 2027-01-03, work: [2027-01-10] }
`;

describe("the years that come along", () => {
  const years = presetHolidays().map(({ year }) => year);

  it("are what tyme4ts knows of the State Council's notices, day by day", () => {
    expect(years).toEqual([2024, 2025, 2026]);
    for (const day of daysFrom("2024-01-01", "2026-12-31")) {
      const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
      const legal = LegalHoliday.fromYmd(year, month, date);
      expect([day, calendar.holidayOn(day) !== undefined, calendar.makeUpOn(day) !== undefined]).toEqual([
        day,
        legal !== null && !legal.isWork(),
        legal?.isWork() ?? false,
      ]);
      expect(calendar.isWorkday(day), day).toBe(legal === null ? weekdayOf(day) < 6 : legal.isWork());
    }
  });

  it("have 251, 248 and 248 workdays", () => {
    expect(years.map((year) => calendar.workdays(`${year}-01-01`, `${year}-12-31`).length)).toEqual([251, 248, 248]);
  });
});

describe("a year not announced", () => {
  it("has its weekends and the days the law names", () => {
    expect([calendar.announced(2026), calendar.announced(2027)]).toEqual([true, false]);
    const off = daysFrom("2027-01-01", "2027-12-31").filter((day) => calendar.holidayOn(day) !== undefined);
    expect(off).toEqual([
      "2027-01-01",
      "2027-02-05",
      "2027-02-06",
      "2027-02-07",
      "2027-02-08",
      "2027-04-05",
      "2027-05-01",
      "2027-05-02",
      "2027-06-09",
      "2027-09-15",
      "2027-10-01",
      "2027-10-02",
      "2027-10-03",
    ]);
    expect(calendar.isWorkday("2027-02-09")).toBe(true);
    expect(calendar.isWorkday("2027-10-09")).toBe(false);
  });

  it("is announced by a file of the institution's own, which may reach into the year before", () => {
    const { years, problems } = readHolidays(year2027, "calendar.yaml");
    expect(problems).toEqual([]);
    const own = calendarOf(years);
    expect(own.announced(2027)).toBe(true);
    expect(["2026-12-31", "2027-01-02", "2027-01-10", "2027-02-08"].map(own.isWorkday)).toEqual([false, false, true, true]);
    expect(own.makeUpOn("2027-01-10")?.zh).toBe("元旦");
    expect(calendar.isWorkday("2026-12-31")).toBe(true);
  });

  it("a file replaces a year as a whole", () => {
    const { years } = readHolidays(year2027.replaceAll("2027", "2025").replace("2026-12", "2024-12").replace(", work: [2025-01-10]", ""), "calendar.yaml");
    const own = calendarOf(years);
    expect(["2024-12-31", "2025-05-01", "2026-05-01"].map(own.isWorkday)).toEqual([false, true, false]);
  });
});

describe("workdays", () => {
  it("are counted over holidays and make-up days", () => {
    expect(calendar.nextWorkday("2026-02-13")).toBe("2026-02-14"); // a Saturday, worked
    expect(calendar.nextWorkday("2026-02-14")).toBe("2026-02-24");
    expect(calendar.nextWorkday("2026-02-13", 3)).toBe("2026-02-25");
    expect([calendar.nextWorkday("2026-02-14", 0), calendar.nextWorkday("2026-02-15", 0)]).toEqual(["2026-02-14", "2026-02-24"]);
    expect(calendar.workdays("2026-02-13", "2026-02-25")).toEqual(["2026-02-13", "2026-02-14", "2026-02-24", "2026-02-25"]);
    expect(calendar.workdays("2026-02-25", "2026-02-13")).toEqual([]);
  });
});

describe("a file of holidays", () => {
  const bad = `years:
  - year: 2027
    sauce: nobody
    holidays:
      - { name: { zh: 元旦, en: New Year's Day }, from: 2027-02-30, to: 2027-01-03 }
      - { name: { zh: 春节 }, from: 2027-02-05 }
  - year: next
    holidays: []
`;
  const wrong = `years:
  - year: 2027
    holidays:
      - { name: { zh: 元旦, en: New Year }, from: 2027-01-03, to: 2027-01-01 }
      - { name: { zh: 春节, en: Spring Festival }, from: 2027-02-05, to: 2027-02-08, work: [2027-02-07, 2027-02-10] }
      - { name: { zh: 国庆节, en: National Day }, from: 2026-10-01, to: 2027-10-07 }
  - year: 2027
    holidays:
      - { name: { zh: 元旦, en: New Year }, from: 2027-01-01, to: 2027-01-01 }
`;
  const problemsOf = (text: string) => readHolidays(text, "calendar.yaml").problems.map(({ code, place }) => `${place?.line} ${code} ${place?.path}`);

  it("tells all that is wrong in its form, with lines", () => {
    expect(problemsOf(bad).sort()).toEqual([
      "3 calendar.unknown_key years.0.sauce",
      "5 calendar.not_a_day years.0.holidays.0.from",
      "6 calendar.missing years.0.holidays.1.name.en",
      "6 calendar.missing years.0.holidays.1.to",
      "7 calendar.wrong_kind years.1.year",
      "8 calendar.wrong_kind years.1.holidays",
    ]);
  });

  it("tells all that is wrong in its days", () => {
    expect(problemsOf(wrong)).toEqual([
      "4 calendar.backwards years.0.holidays.0.to",
      "5 calendar.twice years.0.holidays.1.work.0",
      "5 calendar.not_a_weekend years.0.holidays.1.work.1",
      "6 calendar.other_year years.0.holidays.2.from",
      "7 calendar.twice years.1.year",
    ]);
  });

  it.each([
    ["years: [", 1],
    ["a: 1\na: 2\n", 2],
    ["x: &a [1]\nyears: *a\n", 2],
    ["", 1],
    ["\0", 1],
  ])("%j is a problem, not a bug", (text, line) => {
    const { years, problems } = readHolidays(text, "calendar.yaml");
    expect(years).toEqual([]);
    expect(problems[0]?.place).toMatchObject({ file: "calendar.yaml", line });
    for (const one of problems) expect(one.hint?.zh, one.code).toMatch(/\p{Script=Han}/u);
  });

  it("lies in the workspace's directory, or there is none", async () => {
    const directory = await mkdtemp(join(tmpdir(), "tierkeep-calendar-"));
    const file = join(directory, "calendar.yaml");
    try {
      expect((await calendarIn(directory)).announced(2027)).toBe(false);
      expect((await calendarIn(join(directory, "nowhere"))).announced(2026)).toBe(true);
      await writeFile(file, year2027);
      expect((await calendarIn(directory)).announced(2027)).toBe(true);
      await writeFile(file, bad);
      const error: unknown = await calendarIn(directory).catch((thrown: unknown) => thrown);
      expect(error instanceof ProblemError && error.problems.length).toBe(6);
      expect(await readFile(file, "utf8")).toBe(bad);
      await rm(file);
      await mkdir(file);
      await expect(calendarIn(directory)).rejects.toThrow("calendar.unreadable");
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});

describe("what the calendar says of days", () => {
  it("is the whole of a day", () => {
    expect(describeDays("2026-02-17", "2026-02-17", calendar)).toEqual([
      {
        day: "2026-02-17",
        weekday: { zh: "星期二", en: "Tuesday" },
        lunar: { year: 2026, month: 1, leap: false, day: 1, name: { zh: "正月初一", en: "month 1 day 1" } },
        festivals: [{ id: "spring_festival", name: { zh: "春节", en: "Spring Festival" } }],
        workday: false,
        holiday: { zh: "春节", en: "Spring Festival" },
        make_up_for: null,
        announced: true,
      },
    ]);
    expect(describeDays("2026-02-28", "2026-02-28", calendar)).toMatchObject([{ workday: true, holiday: null, make_up_for: { zh: "春节" } }]);
    expect(describeDays("1850-01-01", "1850-01-01", calendar)).toMatchObject([{ lunar: null, announced: false }]);
  });

  it("names lunar days as calendars print them", () => {
    const names = describeDays("2025-07-25", "2025-08-23", calendar).map(({ lunar }) => lunar?.name.zh ?? "");
    expect([0, 9, 10, 14, 18, 19, 20, 28, 29].map((i) => names[i])).toEqual([
      "闰六月初一",
      "闰六月初十",
      "闰六月十一",
      "闰六月十五",
      "闰六月十九",
      "闰六月二十",
      "闰六月廿一",
      "闰六月廿九",
      "七月初一",
    ]);
    expect(describeDays("2025-02-26", "2025-02-27", calendar).map(({ lunar }) => lunar?.name.zh)).toEqual(["正月廿九", "正月三十"]);
    expect(describeDays("2026-02-16", "2026-02-16", calendar).map(({ lunar }) => lunar?.name.zh)).toEqual(["腊月廿九"]);
  });

  const codes = (...asked: Parameters<typeof askedDays>): unknown => {
    try {
      return askedDays(...asked);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return error.problems.map(({ code, hint }) => (hint === undefined ? "no hint" : code));
    }
  };

  it("is asked for by one day or two; what is wrong is told with a hint", () => {
    expect(codes("2026-02-17", undefined, undefined)).toEqual({ from: "2026-02-17", to: "2026-02-17" });
    expect(codes(undefined, "2026-01-01", daysAfter("2026-01-01", 399))).toEqual({ from: "2026-01-01", to: "2027-02-04" });
    expect(codes(undefined, "2026-01-01", daysAfter("2026-01-01", 400))).toEqual(["calendar.too_long"]);
    expect(codes(undefined, "2026-01-02", "2026-01-01")).toEqual(["calendar.backwards"]);
    expect(codes(undefined, "2026-02-30", "yesterday")).toEqual(["calendar.not_a_day", "calendar.not_a_day"]);
    for (const asked of [[], ["2026-01-01", "2026-01-01"], [undefined, "2026-01-01"], [undefined, undefined, "2026-01-01"]])
      expect(codes(asked[0], asked[1], asked[2])).toEqual(["calendar.which_days"]);
  });
});
