import { SolarTerm } from "tyme4ts";
import type { Text } from "../schema.js";
import { daysAfter } from "./days.js";
import { solarOf } from "./lunar.js";

type DayIn = (year: number) => string | undefined;

const solar =
  (monthDay: string): DayIn =>
  (year) =>
    `${String(year).padStart(4, "0")}-${monthDay}`;
/** All lunar festivals lie in the solar year their lunar year begins in. */
const lunar =
  (month: number, day: number): DayIn =>
  (year) =>
    solarOf({ year, month, day });

/** The sun's own day, so no table of months says it; known as far as the lunar calendar is. */
const qingming: DayIn = (year) => {
  if (year < 1900 || year > 2100) return undefined;
  const day = SolarTerm.fromName(year, "清明").getJulianDay().getSolarDay();
  return `${year}-${String(day.getMonth()).padStart(2, "0")}-${String(day.getDay()).padStart(2, "0")}`;
};

const springFestival = lunar(1, 1);
const eve: DayIn = (year) => {
  const day = springFestival(year);
  return day && daysAfter(day, -1);
};

/** The festivals people are greeted on, in the order of the year; each falls once into every solar year. */
export const festivals = {
  new_year: { name: { zh: "元旦", en: "New Year's Day" }, on: solar("01-01") },
  eve: { name: { zh: "除夕", en: "Lunar New Year's Eve" }, on: eve },
  spring_festival: { name: { zh: "春节", en: "Spring Festival" }, on: springFestival },
  lantern: { name: { zh: "元宵节", en: "Lantern Festival" }, on: lunar(1, 15) },
  womens_day: { name: { zh: "妇女节", en: "Women's Day" }, on: solar("03-08") },
  qingming: { name: { zh: "清明节", en: "Qingming Festival" }, on: qingming },
  labour_day: { name: { zh: "劳动节", en: "Labour Day" }, on: solar("05-01") },
  dragon_boat: { name: { zh: "端午节", en: "Dragon Boat Festival" }, on: lunar(5, 5) },
  mid_autumn: { name: { zh: "中秋节", en: "Mid-Autumn Festival" }, on: lunar(8, 15) },
  double_ninth: { name: { zh: "重阳节", en: "Double Ninth Festival" }, on: lunar(9, 9) },
  national_day: { name: { zh: "国庆节", en: "National Day" }, on: solar("10-01") },
} as const satisfies Record<string, { name: Text; on: DayIn }>;

export type FestivalId = keyof typeof festivals;

export interface Festival {
  id: FestivalId;
  name: Text;
}

const ids = Object.keys(festivals) as FestivalId[];

/** The day of a festival in a solar year; undefined for those of the lunar calendar outside 1900 to 2100. */
export const festivalIn = (id: FestivalId, year: number): string | undefined => festivals[id].on(year);

/** The festivals a day is: none mostly, seldom two. */
export function festivalsOn(day: string): Festival[] {
  const year = Number(day.slice(0, 4));
  return ids.filter((id) => festivalIn(id, year) === day).map((id) => ({ id, name: festivals[id].name }));
}
