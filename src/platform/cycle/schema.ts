import { z } from "zod";
import { Day, formed, Problem, Text } from "../schema.js";

/** One step of a day's cycle with what came of it. */
export const CycleStep = z.object({
  step: z.string(),
  title: Text,
  state: z.enum(["waiting", "running", "done", "failed", "interrupted"]),
  started_at: z.string().nullable(),
  seconds: z.number().nullable(),
  counts: z.array(z.object({ title: Text, count: z.number() })),
  problems: z.array(Problem),
  note: Text.nullable().meta({ description: "why there was nothing to do" }),
});
export type CycleStep = z.infer<typeof CycleStep>;

/** A day's cycle: done when every step is. */
export const Cycle = z.object({
  day: z.string(),
  state: z.enum(["running", "done", "failed", "interrupted"]),
  requested_by: z.string(),
  steps: z.array(CycleStep),
});
export type Cycle = z.infer<typeof Cycle>;

export const CycleRequest = z.object({
  day: Day.optional().meta({ description: "the workspace's day now when absent" }),
  again: z.boolean().optional().meta({ description: "do steps again that are done" }),
});
export type CycleRequest = z.infer<typeof CycleRequest>;

/** When the server starts the day's cycle by itself, on the workspace's clock. */
export const CycleSchedule = z.object({
  enabled: z.boolean(),
  starts_at: formed(/^([01]\d|2[0-3]):[0-5]\d$/, { zh: "应为 24 小时制的时间，例如 06:00", en: "has to be a time of day such as 06:00" }),
});
export type CycleSchedule = z.infer<typeof CycleSchedule>;
