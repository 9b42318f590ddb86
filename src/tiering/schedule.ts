import { daysAfter, weekdayOf } from "../platform/calendar/index.js";
import type { Schedule } from "./schema.js";

/** Does the day end a period of this schedule? */
const ends = {
  daily: () => true,
  weekly: (day) => weekdayOf(day) === 7,
  monthly: (day) => daysAfter(day, 1).endsWith("-01"),
  quarterly: (day) => /-(01|04|07|10)-01$/.test(daysAfter(day, 1)),
  yearly: (day) => daysAfter(day, 1).endsWith("-01-01"),
} as const satisfies Record<Schedule, (day: string) => boolean>;

/** The last day of the schedule up to a day: the end of its week (Sunday), month, quarter or year. */
export function scheduledBy(schedule: Schedule, day: string): string {
  let found = day;
  while (!ends[schedule](found)) found = daysAfter(found, -1);
  return found;
}

/** Does a run as of this day advance the tiers, when they advanced last on that one? A day that was missed is made up for by the next run. */
export const advances = (schedule: Schedule | null, last: string | null, asOf: string): boolean =>
  schedule === null || last === null || scheduledBy(schedule, asOf) > last;
