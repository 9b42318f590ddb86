const DAY_MS = 86_400_000;

/** New Year of the lunar calendar, month and day; a bank's year turns around it. Other years take a day in the middle. */
const springFestivals: Record<number, string> = {
  2020: "01-25",
  2021: "02-12",
  2022: "02-01",
  2023: "01-22",
  2024: "02-10",
  2025: "01-29",
  2026: "02-17",
  2027: "02-06",
  2028: "01-26",
  2029: "02-13",
  2030: "02-03",
  2031: "01-23",
  2032: "02-11",
  2033: "01-31",
  2034: "02-19",
  2035: "02-08",
};

/** Three years. */
const MONTHS = 36;
export const SPAN = 1095;

/** The days of a sample, each as the number of days that lie between it and the last one. */
export interface Days {
  until: string;
  /** The day as text; negative numbers lie after the last day. */
  text(back: number): string;
  back(day: string): number;
  /** The last days of the months before the last day's, and the last day: oldest first. */
  monthEnds: readonly number[];
  /** The last day of the month before. */
  monthEnd: number;
  /** The first days of these months. */
  monthStarts: readonly number[];
  /** Singles' days and Spring Festivals of the three years. */
  singles: readonly number[];
  festivals: readonly number[];
}

export function daysUntil(until: string): Days {
  const last = Date.parse(`${until}T00:00:00Z`);
  const known = new Map<number, string>();
  const text = (back: number): string => {
    const held = known.get(back);
    if (held !== undefined) return held;
    const day = new Date(last - back * DAY_MS).toISOString().slice(0, 10);
    known.set(back, day);
    return day;
  };
  const back = (day: string): number => Math.round((last - Date.parse(`${day}T00:00:00Z`)) / DAY_MS);
  const monthStarts = Array.from({ length: MONTHS }, (_, i) => {
    const date = new Date(`${until.slice(0, 7)}-01T00:00:00Z`);
    date.setUTCMonth(date.getUTCMonth() - (MONTHS - 1 - i));
    return back(date.toISOString().slice(0, 10));
  });
  const ends = monthStarts.map((start) => start + 1);
  const years = [3, 2, 1, 0].map((ago) => Number(until.slice(0, 4)) - ago);
  const within = (days: string[]): number[] => days.map(back).filter((day) => day >= 0 && day < SPAN);
  return {
    until,
    text,
    back,
    monthEnds: [...ends, 0],
    monthEnd: ends.at(-1) ?? 1,
    monthStarts,
    singles: within(years.map((year) => `${year}-11-11`)),
    festivals: within(years.map((year) => `${year}-${springFestivals[year] ?? "02-05"}`)),
  };
}

/** How full accounts are at the end of a month: the ends of quarters and years count in a bank; before Spring Festival cash is drawn. */
export function season(days: Days, back: number): number {
  const month = days.text(back).slice(5, 7);
  const turn = month === "12" ? 1.04 : ["03", "06", "09"].includes(month) ? 1.015 : 1;
  const festival = days.festivals.some((day) => back >= day && back - day < 20)
    ? 0.97
    : days.festivals.some((day) => day > back && day - back < 40)
      ? 1.025
      : 1;
  return turn * festival;
}
