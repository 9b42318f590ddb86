import { z } from "zod";

export const Language = z.enum(["zh", "en"]);
export type Language = z.infer<typeof Language>;

/** A day of a year the stores have: from 0001 on. */
export const Day = z.iso.date().refine((day) => !day.startsWith("0000"), { params: { zh: "年份从 0001 开始", en: "years begin with 0001" } });

/** A number in a path or a query as it is shown: decimal digits and nothing else. */
export const Numbered = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .pipe(z.coerce.number())
  .meta({ description: "a number in decimal digits" });

/** What a person reads, in both languages. */
export const Text = z.object({ zh: z.string(), en: z.string() });
export type Text = z.infer<typeof Text>;

/** Where the mistake is: a file with line (1-based) and column name, or a path into a document or request. */
export const Place = z.object({
  file: z.string().optional(),
  line: z.number().int().optional(),
  column: z.string().optional(),
  path: z.string().optional(),
});
export type Place = z.infer<typeof Place>;

/** Something the user can mend. A bug is thrown as a plain Error instead. */
export const Problem = z.object({
  code: z.string().meta({ description: "feature.what_is_wrong, stable for scripts" }),
  message: Text,
  hint: Text.optional(),
  place: Place.optional(),
});
export type Problem = z.infer<typeof Problem>;

export const Progress = z.object({
  step: Text,
  done: z.number().meta({ description: "units finished of this step" }),
  total: z.number().nullable().meta({ description: "units of this step, null when unknown" }),
  unit: z.enum(["rows", "customers", "steps"]),
  per_second: z.number().nullable(),
});
export type Progress = z.infer<typeof Progress>;

export const JobState = z.enum(["queued", "running", "done", "failed", "interrupted"]);
export type JobState = z.infer<typeof JobState>;

/** Background work: queued over the API, followed by polling, kept as history. */
export const Job = z.object({
  id: z.uuid(),
  kind: z.string(),
  state: JobState,
  requested_by: z.string(),
  requested_at: z.string(),
  finished_at: z.string().nullable(),
  progress: Progress.nullable(),
  result: z.unknown(),
  problems: z.array(Problem),
});
export type Job = z.infer<typeof Job>;

/** One page of a list; `next` is passed back as `cursor`. */
export const page = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), next: z.string().nullable(), total: z.number().int().nullable() });
