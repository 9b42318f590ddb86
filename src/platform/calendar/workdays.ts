import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ProblemError, refuse } from "../problem.js";
import type { Text } from "../schema.js";
import { daysAfter, daysFrom, weekdayOf } from "./days.js";
import { type FestivalId, festivalIn, festivals } from "./festivals.js";
import { type HolidayYear, presetHolidays, readHolidays } from "./holidays.js";

/** Which days are worked. All days are text, YYYY-MM-DD. */
export interface Calendar {
  isWorkday(day: string): boolean;
  /** The nth workday after a day; with n = 0 the day itself, or the first workday after it. */
  nextWorkday(day: string, n?: number): string;
  /** The workdays of a stretch, both ends included. */
  workdays(from: string, to: string): string[];
  /** The holiday a day off belongs to; undefined on workdays and plain weekends. */
  holidayOn(day: string): Text | undefined;
  /** The holiday for which this weekend day is worked. */
  makeUpOn(day: string): Text | undefined;
  /** Whether the year's arrangement is known; if not, weekends and the days named by law are off. */
  announced(year: number): boolean;
}

/** What the law itself gives since 2025: a festival and the days around it, from so many after it to so many after it. */
const law: readonly [FestivalId, from: number, to: number][] = [
  ["new_year", 0, 0],
  ["spring_festival", -1, 2],
  ["qingming", 0, 0],
  ["labour_day", 0, 1],
  ["dragon_boat", 0, 0],
  ["mid_autumn", 0, 0],
  ["national_day", 0, 2],
];

const byLaw = new Map<number, ReadonlyMap<string, Text>>();

/** The days off by law alone: which weekends are moved around them is announced year by year and cannot be computed. */
function lawfulHolidays(year: number): ReadonlyMap<string, Text> {
  const known = byLaw.get(year);
  if (known !== undefined) return known;
  const days = new Map<string, Text>();
  for (const [id, from, to] of law) {
    const festival = festivalIn(id, year);
    if (festival !== undefined) for (const day of daysFrom(daysAfter(festival, from), daysAfter(festival, to))) days.set(day, festivals[id].name);
  }
  byLaw.set(year, days);
  return days;
}

/** The calendar of the years that come along, with an institution's own years added or put in their place. */
export function calendarOf(own: readonly HolidayYear[] = []): Calendar {
  const years = new Map([...presetHolidays(), ...own].map((one) => [one.year, one]));
  const off = new Map<string, Text>();
  const worked = new Map<string, Text>();
  for (const { holidays } of years.values())
    for (const { name, from, to, work } of holidays) {
      for (const day of daysFrom(from, to)) off.set(day, name);
      for (const day of work) worked.set(day, name);
    }

  const announced = (year: number): boolean => years.has(year);
  const holidayOn = (day: string): Text | undefined => {
    const year = Number(day.slice(0, 4));
    return off.get(day) ?? (announced(year) || worked.has(day) ? undefined : lawfulHolidays(year).get(day));
  };
  const isWorkday = (day: string): boolean => worked.has(day) || (weekdayOf(day) < 6 && holidayOn(day) === undefined);
  const onOrAfter = (day: string): string => {
    let found = day;
    while (!isWorkday(found)) found = daysAfter(found, 1);
    return found;
  };
  return {
    isWorkday,
    nextWorkday: (day, n = 1) => {
      let found = n === 0 ? onOrAfter(day) : day;
      for (let i = 0; i < n; i++) found = onOrAfter(daysAfter(found, 1));
      return found;
    },
    workdays: (from, to) => daysFrom(from, to).filter(isWorkday),
    holidayOn,
    makeUpOn: (day) => worked.get(day),
    announced,
  };
}

/** The calendar of the workspace in this directory: with the years of its `calendar.yaml`, where there is one. */
export async function calendarIn(directory: string): Promise<Calendar> {
  const file = join(directory, "calendar.yaml");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    return refuse(
      "calendar.unreadable",
      { zh: `无法读取 ${file}`, en: `${file} cannot be read: ${error.code ?? error.message}` },
      { place: { file }, hint: { zh: "它应是一个你有权读取的文件", en: "It has to be a file that you may read" } },
    );
  });
  if (text === undefined) return calendarOf();
  const { years, problems } = readHolidays(text, file);
  if (problems.length > 0) throw new ProblemError(problems);
  return calendarOf(years);
}

/** The day itself, or the last workday before it. */
export const lastWorkday = (calendar: Calendar, day: string): string => (calendar.isWorkday(day) ? day : lastWorkday(calendar, daysAfter(day, -1)));
