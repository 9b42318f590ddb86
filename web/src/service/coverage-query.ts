import type { Coverage } from "../../../src/service/schema.js";
import { query, request } from "../api.js";
import { quarterSpan } from "./days.js";

export type Count = Coverage["total"];

/** What was promised and kept in a quarter, by windows that end in it; of the current one when none is named. */
export const coverageQuery = (quarter: string | undefined) => ({
  queryKey: ["coverage", quarter],
  queryFn: () => request<Coverage>(`/coverage${query(quarter === undefined ? {} : quarterSpan(quarter))}`),
});

/** How much of what has fallen due was kept in time; null while nothing has. */
export const inTime = ({ promised, met, open }: Count): number | null => (promised > open ? met / (promised - open) : null);
