import { z } from "zod";

export const Language = z.enum(["zh", "en"]);
export type Language = z.infer<typeof Language>;

/** A day of a year the stores have: from 0001 on. */
export const Day = z.iso.date().refine((day) => !day.startsWith("0000"), { params: { zh: "年份从 0001 开始", en: "years begin with 0001" } });

/** A text of a form, with words for people that say which. */
export const formed = (pattern: RegExp, { zh, en }: Text) =>
  z
    .string()
    .refine((text) => pattern.test(text), { params: { zh, en, pattern: pattern.source } })
    .meta({ pattern: pattern.source });

const nameWords = (joint: Text): Text => ({
  zh: `应以小写字母开头，其余为小写字母、数字或${joint.zh}，最长 63 个字符`,
  en: `has to begin with a lower-case letter, then lower-case letters, digits or ${joint.en}, at most 63 characters`,
});

/** What a document calls its parts. */
export const Name = formed(/^[a-z][a-z0-9_]{0,62}$/, nameWords({ zh: "下划线", en: "underscores" }));

/** What a document itself is called. */
export const DocumentName = formed(/^[a-z][a-z0-9-]{0,62}$/, nameWords({ zh: "连字符", en: "hyphens" }));

/** Where the next page of a list begins: a number somebody got as `next`, of so many digits. */
export const numberedPlace = (most: number, least = 1) =>
  formed(new RegExp(`^\\d{${least},${most}}$`), { zh: "应为上一页给出的 next", en: "has to be the `next` of the page before" });

/** A number in a path or a query as it is shown: decimal digits and nothing else. */
export const Numbered = formed(/^[1-9]\d{0,14}$/, { zh: "应为编号，例如 12", en: "has to be a number such as 12" }).pipe(z.coerce.number());

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
