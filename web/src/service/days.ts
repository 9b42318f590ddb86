const oneDay = 86_400_000;

const read = (day: string): Date => new Date(`${day}T00:00:00Z`);
const write = (date: Date): string => date.toISOString().slice(0, 10);

/** The day so many days later; days have no time zone. */
export const daysAfter = (day: string, days: number): string => write(new Date(read(day).getTime() + days * oneDay));

/** First and last day of a quarter written 2026-Q4. */
export function quarterSpan(quarter: string): { from: string; to: string } {
  const [year = 0, number = 1] = quarter.split("-Q").map(Number);
  return { from: write(new Date(Date.UTC(year, 3 * number - 3, 1))), to: write(new Date(Date.UTC(year, 3 * number, 0))) };
}

/** This quarter and those before it, newest first. */
export function quartersBack(day: string, count: number): string[] {
  const [year = 0, month = 1] = day.split("-").map(Number);
  const now = year * 4 + Math.floor((month - 1) / 3);
  return Array.from({ length: count }, (_, back) => `${Math.floor((now - back) / 4)}-Q${((now - back) % 4) + 1}`);
}

/** Today on the clock of a zone. */
export const todayIn = (zone: string): string => new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: zone }).format(new Date());
