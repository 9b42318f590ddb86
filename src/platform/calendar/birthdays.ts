import { daysAfter, isDay } from "./days.js";
import { lunarMonth, lunarMonthOf, lunarOf } from "./lunar.js";

/** By which calendar somebody keeps a birthday. */
export type BirthdayCalendar = "solar" | "lunar";

/** February 29 is kept on February 28 of a common year. */
function solarBirthday(year: number, monthDay: string): string {
  const day = `${String(year).padStart(4, "0")}-${monthDay}`;
  return isDay(day) ? day : day.replace(/29$/, "28");
}

/** The day of one lunar year; a leap month's is kept in the ordinary month, the 30th of a month of 29 days on its last day. */
function lunarBirthday(lunarYear: number, month: number, day: number): string[] {
  const found = lunarMonth(lunarYear, month);
  return found === undefined ? [] : [daysAfter(found.first_on, Math.min(day, found.days) - 1)];
}

/**
 * The day of a solar year on which somebody born on the solar day `bornOn` has their birthday. A lunar birthday near the
 * turn of the year falls into some solar years not at all (undefined) and into others twice: then this is the first.
 * `bornOnDays` names both. Lunar birthdays are known from 1900 to 2100. Whether the person was born by then is not asked.
 */
export function birthdayIn(year: number, bornOn: string, calendar: BirthdayCalendar): string | undefined {
  if (calendar === "solar") return solarBirthday(year, bornOn.slice(5));
  const born = lunarOf(bornOn);
  if (born === undefined || year < 1900 || year > 2100) return undefined;
  const candidates = [...lunarBirthday(year - 1, born.month, born.day), ...lunarBirthday(year, born.month, born.day)];
  return candidates.find((day) => day.startsWith(`${year}-`));
}

/**
 * Whose birthday a day is, the inverse of `birthdayIn`: the solar month-days ('MM-DD') and the lunar months and days of
 * births kept on it. A birth in a leap month counts under the ordinary month of that number.
 */
export function bornOnDays(day: string): { solar: string[]; lunar: { month: number; day: number }[] } {
  const monthDay = day.slice(5);
  const solar = monthDay === "02-28" && !isDay(`${day.slice(0, 4)}-02-29`) ? ["02-28", "02-29"] : [monthDay];
  const found = lunarMonthOf(day);
  // nobody's birthday is in a leap month
  if (found === undefined || found.month.leap) return { solar, lunar: [] };
  const { month, days } = found.month;
  const kept = found.day === 29 && days === 29 ? [29, 30] : [found.day];
  return { solar, lunar: kept.map((one) => ({ month, day: one })) };
}
