import { LunarMonth as Moon } from "tyme4ts";
import { daysAfter, daysBetween } from "./days.js";

export interface LunarMonth {
  /** Its first day. */
  first_on: string;
  year: number;
  month: number;
  /** The second month of this number in its year. */
  leap: boolean;
  days: number;
}

export interface LunarDay {
  year: number;
  month: number;
  leap: boolean;
  day: number;
}

/** 1900-01-01 is the first day of month 12 of 1899, so the table begins with that month and ends with lunar 2100, on 2101-01-28. */
const FIRST = { first_on: "1900-01-01", year: 1899, month: 12 };
const LAST_YEAR = 2100;

interface Table {
  months: readonly LunarMonth[];
  byName: ReadonlyMap<string, LunarMonth>;
}

let made: Table | undefined;

const nameOf = (year: number, month: number, leap: boolean): string => `${year}-${month}${leap ? "+" : ""}`;

/** Made when first asked for: the new moons of two centuries take a tenth of a second. */
function table(): Table {
  if (made !== undefined) return made;
  const months: LunarMonth[] = [];
  let first_on = FIRST.first_on;
  for (let moon = Moon.fromYm(FIRST.year, FIRST.month); moon.getYear() <= LAST_YEAR; moon = moon.next(1)) {
    const days = moon.getDayCount();
    months.push({ first_on, year: moon.getYear(), month: moon.getMonth(), leap: moon.isLeap(), days });
    first_on = daysAfter(first_on, days);
  }
  made = { months, byName: new Map(months.map((one) => [nameOf(one.year, one.month, one.leap), one])) };
  return made;
}

/** Every lunar month that touches the solar years 1900 to 2100, in order. */
export const lunarMonths = (): readonly LunarMonth[] => table().months;

/** A month by its name, or undefined when its year has none such. */
export const lunarMonth = (year: number, month: number, leap = false): LunarMonth | undefined => table().byName.get(nameOf(year, month, leap));

/** The lunar month a day lies in, and which of its days it is. */
export function lunarMonthOf(day: string): { month: LunarMonth; day: number } | undefined {
  const { months } = table();
  let [low, high] = [0, months.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((months[middle]?.first_on ?? "") <= day) low = middle;
    else high = middle - 1;
  }
  const month = months[low];
  if (month === undefined) return undefined;
  const nth = daysBetween(month.first_on, day) + 1;
  return nth >= 1 && nth <= month.days ? { month, day: nth } : undefined;
}

/** The lunar date of a day; undefined outside 1900-01-01 to 2101-01-28. */
export function lunarOf(day: string): LunarDay | undefined {
  const found = lunarMonthOf(day);
  return found && { year: found.month.year, month: found.month.month, leap: found.month.leap, day: found.day };
}

/** The day of a lunar date; undefined when there is no such date, or it lies outside the table. */
export function solarOf({ year, month, leap = false, day }: Omit<LunarDay, "leap"> & { leap?: boolean }): string | undefined {
  const found = lunarMonth(year, month, leap);
  return found === undefined || day < 1 || day > found.days ? undefined : daysAfter(found.first_on, day - 1);
}
