/** A length of time as a model writes it: '12 months', '90 days', '1 year'. */
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

/** Days before the first year are the first day there is: no fact is older. */
const iso = (day: Date): string => (day.getUTCFullYear() < 1 ? "0001-01-01" : day.toISOString().slice(0, 10));

/** The day some days later. */
export function daysAfter(day: string, days: number): string {
  const moved = new Date(`${day}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return iso(moved);
}

/** The last day before the window of this length that ends with `day`: a month back from March 31 is the last of February. */
export function before(day: string, duration: Duration): string {
  if (duration.unit === "day" || duration.unit === "week") return daysAfter(day, -duration.count * (duration.unit === "week" ? 7 : 1));
  const months = duration.count * (duration.unit === "year" ? 12 : 1);
  const from = new Date(`${day}T00:00:00Z`);
  const wanted = from.getUTCDate();
  from.setUTCDate(1);
  from.setUTCMonth(from.getUTCMonth() - months);
  const lastOfMonth = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 0)).getUTCDate();
  from.setUTCDate(Math.min(wanted, lastOfMonth));
  return iso(from);
}

/** Whole days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}
