/** A length of time as people write it in files: '12 months', '90 days', '1 year'. */
export interface Duration {
  count: number;
  unit: "day" | "week" | "month" | "year";
}

/** Read a duration, or undefined when it is none. */
export function parseDuration(text: string): Duration | undefined {
  const found = /^\s*(\d{1,4})\s*(day|week|month|year)s?\s*$/.exec(text);
  const count = Number(found?.[1]);
  if (found === null || count < 1) return undefined;
  return { count, unit: found[2] as Duration["unit"] };
}

/** A day that exists, written YYYY-MM-DD. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Days before the first year are the first day there is, days after the last year the last: no fact is older, no plan reaches further. */
function iso(day: Date): string {
  if (day.getUTCFullYear() < 1) return "0001-01-01";
  return day.getUTCFullYear() > 9999 ? "9999-12-31" : day.toISOString().slice(0, 10);
}

/** The day some days later. */
export function daysAfter(day: string, days: number): string {
  const moved = new Date(`${day}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return iso(moved);
}

/** The day some months later; where that month is too short, its last day. */
function monthsAfter(day: string, months: number): string {
  const from = new Date(`${day}T00:00:00Z`);
  const wanted = from.getUTCDate();
  from.setUTCDate(1);
  from.setUTCMonth(from.getUTCMonth() + months);
  const lastOfMonth = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 0)).getUTCDate();
  from.setUTCDate(Math.min(wanted, lastOfMonth));
  return iso(from);
}

function moved(day: string, { count, unit }: Duration, sign: 1 | -1): string {
  if (unit === "day" || unit === "week") return daysAfter(day, sign * count * (unit === "week" ? 7 : 1));
  return monthsAfter(day, sign * count * (unit === "year" ? 12 : 1));
}

/** The last day before the window of this length that ends with `day`: a month back from March 31 is the last of February. */
export const before = (day: string, duration: Duration): string => moved(day, duration, -1);

/** The day this length of time later: a month after January 31 is the last of February. */
export const forward = (day: string, duration: Duration): string => moved(day, duration, 1);

/** Whole days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** Every day from one to another, both included. */
export function daysFrom(from: string, to: string): string[] {
  return Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, i) => daysAfter(from, i));
}

/** 1 is Monday, 7 is Sunday. */
export const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
