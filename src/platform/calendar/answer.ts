import { ProblemError, problem } from "../problem.js";
import type { Problem, Text } from "../schema.js";
import { daysBetween, daysFrom, isDay, weekdayOf } from "./days.js";
import { type Festival, festivalsOn } from "./festivals.js";
import { type LunarDay, lunarOf } from "./lunar.js";
import type { Calendar } from "./workdays.js";

const MOST_DAYS = 400;

/** What the calendar says of one day. */
export interface DayAnswer {
  day: string;
  weekday: Text;
  lunar: (LunarDay & { name: Text }) | null;
  festivals: Festival[];
  workday: boolean;
  holiday: Text | null;
  /** The holiday for which this weekend day is worked. */
  make_up_for: Text | null;
  /** Whether the arrangement of its year is known. */
  announced: boolean;
}

const weekdays: readonly Text[] = [
  { zh: "星期一", en: "Monday" },
  { zh: "星期二", en: "Tuesday" },
  { zh: "星期三", en: "Wednesday" },
  { zh: "星期四", en: "Thursday" },
  { zh: "星期五", en: "Friday" },
  { zh: "星期六", en: "Saturday" },
  { zh: "星期日", en: "Sunday" },
];
const monthNames = ["正月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "冬月", "腊月"];
const digits = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

/** The day of a lunar month as calendars print it: 初一, 十五, 廿三, 三十. */
function dayName(day: number): string {
  if (day === 20 || day === 30) return day === 20 ? "二十" : "三十";
  return `${["初", "十", "廿"][Math.floor((day - 1) / 10)] ?? ""}${digits[(day - 1) % 10] ?? ""}`;
}

/** A lunar date in words: 闰六月初一, leap month 6 day 1. */
function lunarName({ month, leap, day }: LunarDay): Text {
  return { zh: `${leap ? "闰" : ""}${monthNames[month - 1] ?? ""}${dayName(day)}`, en: `${leap ? "leap " : ""}month ${month} day ${day}` };
}

/** What the calendar says of every day of a stretch. */
export function describeDays(from: string, to: string, calendar: Calendar): DayAnswer[] {
  return daysFrom(from, to).map((day) => {
    const lunar = lunarOf(day);
    return {
      day,
      weekday: weekdays[weekdayOf(day) - 1] ?? { zh: "", en: "" },
      lunar: lunar === undefined ? null : { ...lunar, name: lunarName(lunar) },
      festivals: festivalsOn(day),
      workday: calendar.isWorkday(day),
      holiday: calendar.holidayOn(day) ?? null,
      make_up_for: calendar.makeUpOn(day) ?? null,
      announced: calendar.announced(Number(day.slice(0, 4))),
    };
  });
}

/** The stretch somebody asked for: one day, or from one to another. */
export function askedDays(date: string | undefined, from: string | undefined, to: string | undefined): { from: string; to: string } {
  const [first, last] = [date ?? from, date ?? to];
  if ((date !== undefined && (from ?? to) !== undefined) || first === undefined || last === undefined)
    throw new ProblemError([
      problem(
        "calendar.which_days",
        { zh: "请给出一个日期，或者同时给出 --from 和 --to", en: "Give one date, or both --from and --to" },
        { hint: { zh: "例如：tierkeep calendar 2026-02-17", en: "For example: tierkeep calendar 2026-02-17" } },
      ),
    ]);
  const problems: Problem[] = [...new Set([first, last])]
    .filter((day) => !isDay(day))
    .map((day) =>
      problem(
        "calendar.not_a_day",
        { zh: `${day} 不是存在的日期`, en: `${day} is not a day` },
        { hint: { zh: "写成 YYYY-MM-DD，例如 2026-02-17", en: "Write YYYY-MM-DD, for example 2026-02-17" } },
      ),
    );
  const length = daysBetween(first, last) + 1;
  if (problems.length === 0 && length < 1)
    problems.push(
      problem(
        "calendar.backwards",
        { zh: `${last} 早于 ${first}`, en: `${last} is before ${first}` },
        { hint: { zh: "交换 --from 和 --to", en: "Exchange --from and --to" } },
      ),
    );
  if (length > MOST_DAYS)
    problems.push(
      problem(
        "calendar.too_long",
        { zh: `一次最多 ${MOST_DAYS} 天，这里是 ${length} 天`, en: `At most ${MOST_DAYS} days at once; these are ${length}` },
        { hint: { zh: "分几段查询", en: "Ask for shorter stretches" } },
      ),
    );
  if (problems.length > 0) throw new ProblemError(problems);
  return { from: first, to: last };
}
