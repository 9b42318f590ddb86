import type { OutboxSummary } from "../../../src/outreach/schema.js";
import { query, request } from "../api.js";

/** The outbox in figures; of the last day messages were prepared when none is named. */
export const outboxQuery = (day: string | undefined) => ({
  queryKey: ["messages", "summary", day],
  queryFn: () => request<OutboxSummary>(`/messages/summary${query({ day })}`),
});

export const messagesIn = (summary: OutboxSummary, state: OutboxSummary["states"][number]["state"]): number =>
  summary.states.filter((one) => one.state === state).reduce((sum, one) => sum + one.messages, 0);
