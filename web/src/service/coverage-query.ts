import type { Coverage } from "../../../src/service/schema.js";
import { query, request } from "../api.js";
import { monthSpan } from "./days.js";

export type Count = Coverage["total"];

/** What was promised and kept in a month; of the current one when none is named. */
export const coverageQuery = (month: string | undefined) => ({
  queryKey: ["coverage", month],
  queryFn: () => request<Coverage>(`/coverage${query(month === undefined ? {} : monthSpan(month))}`),
});

/** How much of what has fallen due was kept in time; null while nothing has. */
export const inTime = ({ promised, met, open }: Count): number | null => (promised > open ? met / (promised - open) : null);
