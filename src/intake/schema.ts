import { z } from "zod";
import { Fact } from "../customer/schema.js";
import { formed, Text } from "../platform/schema.js";

const Name = formed(/^[a-z][a-z0-9_-]{0,62}$/, {
  zh: "应以小写字母开头，其余为小写字母、数字、下划线或连字符，最长 63 个字符",
  en: "has to begin with a lower-case letter, then lower-case letters, digits, underscores or hyphens, at most 63 characters",
});

/** How a file is written; of a text file, all of it. Parquet and JSON need none of it. */
export const Format = z.object({
  type: z
    .enum(["csv", "parquet", "json", "excel"])
    .optional()
    .meta({ description: "by the file's content and ending when absent; csv covers tsv and any other delimiter, json also one object a line" }),
  sheet: z.string().optional().meta({ description: "of a workbook; absent: the first that is shown" }),
  delimiter: z
    .string()
    .min(1)
    .refine((text) => new TextEncoder().encode(text).length <= 4, { params: { zh: "最多 4 个字节", en: "at most 4 bytes" } })
    .refine((text) => !/["\n\r\0]/.test(text), { params: { zh: "不能含引号、换行或 NUL 字符", en: "no quote, line end or NUL" } })
    .optional(),
  header: z.boolean().default(true),
  encoding: z.enum(["auto", "utf-8", "gb18030"]).default("auto"),
  columns: z.array(z.string()).optional().meta({ description: "names by position, for files without a header" }),
});
export type Format = z.infer<typeof Format>;

/** What the engine's strptime can read; anything else it would only say of the rows. */
const isDateFormat = (format: string): boolean => format !== "" && !/%|\0/.test(format.replaceAll(/%(?:[aAbBcdfgGhHIjmMnpSTuUVwWxXyYzZ%]|-[dmyHIMSj])/g, ""));

/** A file's own name: nothing that leads out of a folder. */
const isBareName = (file: string): boolean => file !== "" && file !== "." && !file.includes("..") && !/[/\\\0]/.test(file);

/** A second file whose row is found by a key, to fetch columns the first file lacks. */
export const LookUp = z.object({
  file: z
    .string()
    .refine(isBareName, { params: { zh: "只能写文件名，不能带路径", en: "a file name alone, without a path" } })
    .meta({ description: "name of a file beside the imported one" }),
  format: Format.prefault({}),
  by: z.string().meta({ description: "column of the imported file (or lookup.column of an earlier look-up)" }),
  key: z.string().meta({ description: "column of the looked-up file it equals" }),
  where: z.string().optional(),
  required: z.boolean().default(true).meta({ description: "rows without a match are set aside" }),
});
export type LookUp = z.infer<typeof LookUp>;

/** The rule by which a row is not loaded, with its reason. The first that holds counts. */
export const SetAsideRule = z.object({ code: Name, when: z.string(), reason: Text });
export type SetAsideRule = z.infer<typeof SetAsideRule>;

/** One fact made of a row: canonical column ← expression over the file's columns. */
export const FactMapping = z.object({
  as: Fact,
  when: z.string().optional().meta({ description: "rows for which this fact is made; absent means all" }),
  map: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .meta({ description: "canonical column: expression over file columns; 'text' in quotes is a constant" }),
  key: z.array(z.string()).optional().meta({ description: "file columns that identify the fact; absent: the n-th occurrence of the row" }),
});
export type FactMapping = z.infer<typeof FactMapping>;

export const FileMapping = z.object({
  match: z.string().optional().meta({ description: "file name pattern with *; which files this part reads" }),
  load: z.enum(["delta", "snapshot"]).default("delta").meta({ description: "snapshot: rows missing from a newer file are retracted" }),
  format: Format.prefault({}),
  lookups: z.record(Name, LookUp).default({}),
  dates: z
    .string()
    .refine(isDateFormat, { params: { zh: "不是正确的日期格式，例如 %d.%m.%Y", en: "not a date format such as %d.%m.%Y" } })
    .optional()
    .meta({ description: "strptime format when dates are not ISO 8601" }),
  set_aside: z.array(SetAsideRule).default([]),
  facts: z.array(FactMapping).min(1),
});
export type FileMapping = z.infer<typeof FileMapping>;

/** From a source's own files and column names to the canonical facts. Lives in presets/sources/*.yaml or the user's file. */
export const Mapping = z.object({
  source: Name.meta({ description: "namespace of the customer ids in these files" }),
  title: Text,
  about: Text.optional(),
  files: z.record(Name, FileMapping),
});
export type Mapping = z.infer<typeof Mapping>;

/** What to import, as the API takes it. `path` is a file or folder on the server's machine (operators only); others upload. */
export const ImportRequest = z.object({
  path: z.string().optional(),
  upload: z.uuid().optional().meta({ description: "id of an uploaded file (POST /api/v1/uploads)" }),
  mapping: z.string().optional().meta({ description: "name of a mapping" }),
  mapping_text: z.string().optional().meta({ description: "a mapping file's YAML, instead of a name" }),
  as: Fact.optional().meta({ description: "with `map`: maps without a mapping file" }),
  map: z.record(z.string(), z.string()).optional(),
  source: Name.optional(),
});
export type ImportRequest = z.infer<typeof ImportRequest>;

/** rows_read = rows_loaded + rows_set_aside + unchanged, always. */
export const ImportResult = z.object({
  batch: z.string(),
  source: z.string(),
  files: z.array(z.string()),
  rows_read: z.number().int(),
  rows_loaded: z.number().int(),
  rows_set_aside: z.number().int(),
  unchanged: z.number().int(),
  set_aside_by_reason: z.record(z.string(), z.number().int()),
  seconds: z.number(),
});
export type ImportResult = z.infer<typeof ImportResult>;

export const ImportBatch = ImportResult.extend({
  imported_at: z.string(),
  imported_by: z.string(),
  mapping: z.string(),
  live: z.boolean().meta({ description: "of facts that arrived one by one: everything one sender brought in an hour" }),
  reasons: z.record(z.string(), Text).meta({ description: "what each code of set_aside_by_reason means, where it means one thing" }),
});
export type ImportBatch = z.infer<typeof ImportBatch>;

/** A row that was not loaded: where it stood, why, and what it said. */
export const SetAsideRow = z.object({
  file: z.string(),
  line: z.number().int(),
  column: z.string().nullable(),
  code: z.string(),
  reason: Text,
  content: z.string(),
});
export type SetAsideRow = z.infer<typeof SetAsideRow>;

/** A file on its way in: named by `upload` in an ImportRequest. */
export const Upload = z.object({ upload: z.uuid(), name: z.string(), bytes: z.number().int() });
export type Upload = z.infer<typeof Upload>;

/** A mapping as lists show it. */
export const MappingCard = z.object({ name: z.string(), title: Text, source: z.string(), about: Text.nullable() });
export type MappingCard = z.infer<typeof MappingCard>;

/** The most facts of one delivery, and of one request of a webhook. */
export const MOST_FACTS = 5_000;

const FactValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A fact as a program sends it: `id` names it in its source, the other keys are the columns of its kind. Sent again it is the same fact; with other content it is a correction. */
export const LiveFact = z
  .object({
    fact: Fact,
    id: z.union([z.string().min(1).max(200), z.number().int()]).meta({ description: "the fact's own name within its source and kind" }),
  })
  .catchall(FactValue)
  .meta({ description: "columns of its kind as docs/mappings.md lists them; amounts of more than 15 digits as text" });
export type LiveFact = z.infer<typeof LiveFact>;

export const LiveFacts = z.object({
  source: Name.meta({ description: "namespace of the customer ids" }),
  facts: z.array(LiveFact).min(1).max(MOST_FACTS),
});
export type LiveFacts = z.infer<typeof LiveFacts>;

/** What became of one fact. `loaded` and `unchanged` are held for good when they are told. */
export const FactOutcome = z.object({
  status: z.enum(["loaded", "unchanged", "set_aside"]),
  code: z.string().nullable().meta({ description: "why it was set aside" }),
  column: z.string().nullable(),
  reason: Text.nullable(),
});
export type FactOutcome = z.infer<typeof FactOutcome>;

/** The answer to a delivery, in its order. */
export const FactReceipt = z.object({
  batch: z.uuid().meta({ description: "where rows set aside can be looked up; one an hour of each sender" }),
  loaded: z.number().int(),
  unchanged: z.number().int(),
  set_aside: z.number().int(),
  facts: z.array(FactOutcome),
});
export type FactReceipt = z.infer<typeof FactReceipt>;
