const oneDay = 86_400_000;

const read = (day: string): Date => new Date(`${day}T00:00:00Z`);
const write = (date: Date): string => date.toISOString().slice(0, 10);

/** The day so many days later; days have no time zone. */
export const daysAfter = (day: string, days: number): string => write(new Date(read(day).getTime() + days * oneDay));

/** The Monday after this day. */
export const nextMonday = (day: string): string => daysAfter(day, (8 - read(day).getUTCDay()) % 7 || 7);

export const isWeekend = (day: string): boolean => read(day).getUTCDay() % 6 === 0;

/** First and last day of a month written 2026-11. */
export function monthSpan(month: string): { from: string; to: string } {
  const first = read(`${month}-01`);
  return { from: write(first), to: write(new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0))) };
}

/** This month and those before it, newest first. */
export function monthsBack(day: string, count: number): string[] {
  const first = read(`${day.slice(0, 7)}-01`);
  return Array.from({ length: count }, (_, back) => write(new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() - back, 1))).slice(0, 7));
}

/** Today on the clock of a zone. */
export const todayIn = (zone: string): string => new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: zone }).format(new Date());
