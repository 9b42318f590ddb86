import { todayIn } from "./index.js";
import type { Cycle, CycleSchedule } from "./schema.js";

/**
 * The day a server has to start by itself now, if any: today, once its hour has come on the workspace's clock. A day that
 * is done stays so, one that failed waits for a person, one that a stop of the server interrupted goes on.
 */
export function dueDay({ enabled, starts_at }: CycleSchedule, last: Pick<Cycle, "day" | "state"> | undefined, zone: string, now: Date): string | undefined {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(now);
  const day = todayIn(zone, now);
  if (!enabled || clock < starts_at) return undefined;
  const open = last === undefined || last.day < day || (last.day === day && last.state === "interrupted");
  return open ? day : undefined;
}
