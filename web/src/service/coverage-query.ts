import type { Coverage } from "../../../src/service/schema.js";
import { query, request } from "../api.js";
import { quarterSpan } from "./days.js";

export type Count = Coverage["total"];

/** What was promised and kept in a quarter, by windows that end in it; of the current one when none is named. */
export const coverageQuery = (quarter: string | undefined) => ({
  queryKey: ["coverage", quarter],
  queryFn: () => request<Coverage>(`/coverage${query(quarter === undefined ? {} : quarterSpan(quarter))}`),
});

/** What was kept, broken, or is past its day. */
export const fallenDue = ({ promised, open, overdue }: Count): number => promised - open + overdue;

/** How much of what has fallen due was kept in time; null while nothing has. */
export const inTime = (count: Count): number | null => (fallenDue(count) > 0 ? count.met / fallenDue(count) : null);
